"""What a trained model loses on rows of its training, as training sees it and as evaluation does.

A model is asked anew, by its own `call` and its own loss; whatever that changes, as the moving
statistics of BatchNormalization or the state of random numbers, is put back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphscope.doctor.checks._trained import inputs_of, targets_of
from graphscope.doctor.health.training import Training
from graphscope.doctor.records import DataSummary

_AMOUNTS = {
    "Dropout": "rate",
    "SpatialDropout1D": "rate",
    "SpatialDropout2D": "rate",
    "SpatialDropout3D": "rate",
    "GaussianDropout": "rate",
    "AlphaDropout": "rate",
    "GaussianNoise": "stddev",
}
"""Layers of Keras that are random in training, and the argument that says how much."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A model with some of the rows that it was trained on.

    Attributes:
        model: of one or more inputs and outputs, compiled with a loss.
        inputs, targets: structures of arrays, as `fit` was given them, of their first rows.
    """

    model: Any
    inputs: Any
    targets: Any

    def loss(self, *, training: bool) -> float:
        """Return the mean loss of the rows, penalties included.

        Args:
            training: whether layers act as in training.
        """
        import keras

        with _unchanged(self.model):
            outputs = self.model(self.inputs, training=training)
            loss = self.model.compute_loss(x=self.inputs, y=self.targets, y_pred=outputs)
            return float(np.asarray(keras.ops.convert_to_numpy(loss)))

    def is_random(self) -> bool:
        """Whether evaluation gives the same rows different answers."""
        import keras

        with _unchanged(self.model):
            first, second = (
                [
                    np.asarray(keras.ops.convert_to_numpy(each))
                    for each in keras.tree.flatten(self.model(self.inputs, training=False))
                ]
                for _ in range(2)
            )
        return any(
            not np.allclose(one, two, rtol=1e-3, atol=1e-5 + 1e-3 * float(np.std(one)))
            for one, two in zip(first, second, strict=True)
        )

    def random_layers(self) -> list[Any]:
        """Return its dropout and noise, those of layers inside layers too."""
        return [each for each in self.model._flatten_layers() if type(each).__name__ in _AMOUNTS]

    def calm_loss(self) -> float:
        """Return the loss in evaluation as it were without dropout and noise."""
        layers = self.random_layers()
        amounts = [getattr(each, _AMOUNTS[type(each).__name__]) for each in layers]
        try:
            for each in layers:
                setattr(each, _AMOUNTS[type(each).__name__], 0.0)
            return self.loss(training=False)
        finally:
            for each, amount in zip(layers, amounts, strict=True):
                setattr(each, _AMOUNTS[type(each).__name__], amount)


def ask(training: Training) -> Asked | None:
    """Return the model of a training with the first rows of its data; None where they are gone."""
    fit = training.fit
    model = fit.model if fit is not None else None
    if fit is None or getattr(model, "loss", None) is None:
        return None
    inputs, targets = _rows(inputs_of(fit)), _rows(targets_of(fit))
    return Asked(model, inputs, targets) if inputs is not None and targets is not None else None


def _rows(given: Any) -> Any:
    """Return a structure of summaries as one of their rows; None where one has none."""
    if isinstance(given, DataSummary):
        return None if given.sample is None else np.asarray(given.sample)
    if isinstance(given, Mapping):
        named = {key: _rows(value) for key, value in given.items()}
        return None if any(value is None for value in named.values()) else named
    if isinstance(given, list | tuple):
        listed = [_rows(value) for value in given]
        return None if not listed or any(each is None for each in listed) else type(given)(listed)
    return None


@contextmanager
def _unchanged(model: Any) -> Iterator[None]:
    """Put back, after the block, what is no trainable weight."""
    import keras

    kept = [
        (each, np.array(keras.ops.convert_to_numpy(each.value)))
        for each in model.non_trainable_variables
    ]
    try:
        yield
    finally:
        for variable, value in kept:
            variable.assign(value)
