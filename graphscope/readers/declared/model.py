"""The weight tree that a file of a model would hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from graphscope.errors import ReadError
from graphscope.readers.declared import attention, core, normalization, recurrent, wrappers
from graphscope.readers.declared.building import Building, Rule, UndeclaredError, unknown_group
from graphscope.readers.declared.inputs import built_for
from graphscope.readers.keras.config import LayerConfig, ModelConfig
from graphscope.readers.keras.kinds import Kind, Kinds
from graphscope.readers.shapes import INTERNAL_RULES, LAYER_RULES, IncompatibleError, Shape
from graphscope.readers.shapes.settings import Settings, UnknownSettingError
from graphscope.readers.weights.groups import LAYER_LISTS, parse_entry, saved_layers
from graphscope.readers.weights.tree import DeclaredTree, WeightGroup

RULES: dict[str, Rule] = (
    core.RULES | normalization.RULES | recurrent.RULES | attention.RULES | wrappers.RULES
)
"""Rules of built-in layers that own weights, by class name."""

WITHOUT_WEIGHTS = ((LAYER_RULES | INTERNAL_RULES).keys() - RULES.keys()) | {
    "InputLayer",
    # Layers that earlier versions of Keras had.
    *("RandomHeight", "RandomWidth", "ThresholdedReLU"),
}
"""Built-in layers that own none."""

FindInputs: TypeAlias = Callable[[LayerConfig], Sequence[Shape] | None]

_NOT_TOLD = (UndeclaredError, IncompatibleError, UnknownSettingError, ReadError)
"""What is wrong with the settings of a layer is told where its shapes are worked out."""


class Declaration:
    """Works out which weights layers own.

    Args:
        find_inputs: returns the shapes that a layer is called with; None where they are unknown.
        kinds: of layers.
    """

    def __init__(self, find_inputs: FindInputs, kinds: Kinds) -> None:
        self._find_inputs = find_inputs
        self._kinds = kinds
        self._known: dict[tuple[Kind, tuple[Shape, ...] | None], WeightGroup] = {}

    def declare_file(self, model: LayerConfig) -> DeclaredTree:
        """Return the weight tree that a file of the model would hold."""
        group = self.declare(model)
        return DeclaredTree(
            "",
            is_object=True,
            weights=group.weights,
            children=group.children,
            is_known=group.is_known,
        )

    def declare(self, layer: LayerConfig) -> WeightGroup:
        """Return what a layer or model owns, laid out as Keras lays it out in a file.

        Groups of objects of which nobody can tell what they own are marked.
        """
        if layer.model is not None:
            return self._declare_model(layer, layer.model)
        if not layer.is_builtin:
            return unknown_group()
        if layer.class_name in WITHOUT_WEIGHTS:
            return WeightGroup("", is_object=True)
        return self.declare_for(
            layer, self._find_inputs(layer) if layer.class_name in RULES else None
        )

    def _declare_model(self, owner: LayerConfig, model: ModelConfig) -> WeightGroup:
        children = {key: self.declare(layer) for key, layer in saved_layers(model)}
        return WeightGroup(
            "",
            is_object=True,
            children={LAYER_LISTS[0]: WeightGroup(LAYER_LISTS[0], children=children)},
            is_known=owner.is_builtin,
        )

    def _declare_entry(self, entry: Any, inputs: Sequence[Shape] | None) -> WeightGroup:
        layer = parse_entry(entry)
        if layer is None:
            return unknown_group()
        if layer.model is not None or not layer.is_builtin or layer.class_name in WITHOUT_WEIGHTS:
            return self.declare(layer)
        # The layer around it is of a kind that is known already.
        return self._apply_rule(layer, inputs)

    def declare_for(self, layer: LayerConfig, inputs: Sequence[Shape] | None) -> WeightGroup:
        """Return what a layer that is no model owns when it is built for these shapes."""
        key = self._kinds.of(layer), None if inputs is None else tuple(inputs)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._apply_rule(layer, inputs)
        return known.copy()

    def _apply_rule(self, layer: LayerConfig, inputs: Sequence[Shape] | None) -> WeightGroup:
        rule = RULES.get(layer.class_name)
        if rule is None:
            return unknown_group()
        settings = Settings(layer.name, layer.class_name, layer.config)
        shapes = built_for(layer) if inputs is None else inputs
        try:
            return rule(Building(settings, shapes, self._declare_entry))
        except _NOT_TOLD:
            return unknown_group()
