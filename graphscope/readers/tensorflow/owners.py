"""The layers of a graph with their weights, added to a builder before anything is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphscope.graph import NOTHING, GraphBuilder, Layer, Weight, escape_name
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.values import ValueCleaner
from graphscope.readers.tensorflow.known_variables import VariableFacts
from graphscope.readers.tensorflow.scoping.layers import LayerCalls
from graphscope.readers.tensorflow.scoping.names import weight_name
from graphscope.readers.tensorflow.scoping.places import LayerDraft
from graphscope.readers.tensorflow.shown_names import clean
from graphscope.readers.tensorflow.unfolding.program import Variable
from graphscope.readers.text import quote


class Owners:
    """Adds layers and weights to a builder.

    Args:
        builder: receives them.
        calls: the layers and where they are called.
        facts: what is known of variables.

    Attributes:
        calls: the layers and where they are called.
        layers: the id of each layer.
        weights: the id of each variable that a layer owns.
    """

    def __init__(
        self, builder: GraphBuilder, calls: LayerCalls, facts: Mapping[Variable, VariableFacts]
    ) -> None:
        self._builder = builder
        self._facts = facts
        self.calls = calls
        self.layers: dict[LayerDraft, str] = {}
        self.weights: dict[Variable, str] = {}
        self._shapeless: list[Variable] = []

    def add(self, weights: Iterable[Variable]) -> None:
        """Add the layers with their weights.

        Args:
            weights: all of them, in the order of the file.
        """
        order = {weight: number for number, weight in enumerate(weights)}
        for draft in (self.calls.model, *self.calls.drafts()):
            self._add_layer(draft, order)

    def add_notes(self) -> None:
        """Tell how many variables are left out of the weights, as their shape is not known."""
        if not self._shapeless:
            return
        count = len(self._shapeless)
        variables = f"{count:,} variables" if count > 1 else "a variable"
        shown = f"{quote(self._shapeless[0].name, 80)}{', for example' if count > 1 else ''}"
        self._builder.add_note(
            "weights-unknown",
            f"The file does not tell the shape of {variables} ({shown}), so counts of parameters "
            "are too low: it holds a function without the variables that it takes.",
        )

    def _add_layer(self, draft: LayerDraft, order: Mapping[Variable, int]) -> None:
        name, parent = clean(draft.name), self._find_parent(draft)
        path = escape_name(name)
        if parent is not None:
            path = f"{parent.removeprefix('layer:')}/{path}"
        layer_id = self.layers[draft] = self._builder.make_layer_id(path)
        owned = sorted(draft.variables, key=order.__getitem__)
        known = None if draft.known is None else draft.known.config
        self._builder.add_layer(
            Layer(
                layer_id,
                name,
                clean(draft.class_name or "Layer"),
                module="" if known is None else clean(known.module),
                trainable=not owned or any(self._is_trainable(variable) for variable in owned),
                weights=tuple(
                    self._add_weight(variable, variable.shape, layer_id)
                    for variable in owned
                    if variable.shape is not None
                ),
                config=_settings(known),
                parent=parent,
                has_unknown_weights=any(variable.shape is None for variable in owned),
            )
        )
        self._shapeless += [variable for variable in owned if variable.shape is None]

    def _find_parent(self, draft: LayerDraft) -> str | None:
        model = self.calls.model
        if draft is model:
            return None
        return self.layers.get(draft.parent or model, self.layers[model])

    def _add_weight(self, variable: Variable, shape: tuple[int, ...], layer: str) -> str:
        name = clean(weight_name(variable))
        weight = self.weights[variable] = self._builder.make_weight_id(layer, name)
        is_trainable = self._is_trainable(variable)
        self._builder.add_weight(Weight(weight, name, layer, shape, variable.dtype, is_trainable))
        return weight

    def _is_trainable(self, variable: Variable) -> bool:
        return (self._facts.get(variable) or VariableFacts()).trainable


def _settings(known: LayerConfig | None) -> Mapping[str, Any]:
    # The config of a model repeats all its layers, each of which has its own.
    if known is None or known.model is not None:
        return NOTHING
    cleaned: dict[str, Any] = ValueCleaner().clean(dict(known.config))
    return cleaned
