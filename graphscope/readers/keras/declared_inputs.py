"""Which shapes the layers of a model are called with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from graphscope.graph import GraphBuilder, TensorSpec
from graphscope.readers.declared.inputs import built_for, first_called_with
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.emission import Emission
from graphscope.readers.keras.faults import Faults
from graphscope.readers.keras.kinds import Kinds
from graphscope.readers.keras.open_sizes import OpenSizes
from graphscope.readers.keras.ownership import Ownership
from graphscope.readers.keras.values import ValueCleaner
from graphscope.readers.shapes import Shape


class InputFinder:
    """Finds the shapes that layers are built for: as the file says, else by following the calls.

    Args:
        model: the model of the file.
        kinds: of its layers.
    """

    def __init__(self, model: LayerConfig, kinds: Kinds) -> None:
        self._model = model
        self._kinds = kinds

    def __call__(self, layer: LayerConfig) -> list[Shape] | None:
        """Return the shapes of a layer; None when they are not known.

        Raises:
            ReadError: when the model is too large.
        """
        stated = built_for(layer) or first_called_with(layer)
        return stated or known_shapes(self._followed.get(layer))

    @cached_property
    def _followed(self) -> dict[LayerConfig, Sequence[TensorSpec]]:
        if self._model.model is None:
            return {}
        builder = GraphBuilder("")
        ownership = Ownership(builder, self._model, None, ValueCleaner(), self._kinds)
        emission = Emission(builder, ownership, ValueCleaner(), OpenSizes(named=False), Faults())
        emission.emit_root(self._model)
        return emission.notes.inputs


def known_shapes(specs: Sequence[TensorSpec] | None) -> list[Shape] | None:
    """Return the shapes of tensors; None when one of them is not known."""
    shapes = [spec.shape for spec in specs or ()]
    found = [shape for shape in shapes if shape is not None]
    return found if found and len(found) == len(shapes) else None
