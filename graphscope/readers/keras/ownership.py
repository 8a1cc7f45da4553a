"""The layers and weights of a file as parts of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphscope.graph import GraphBuilder, Layer, Weight, escape_name
from graphscope.readers.keras.code import CodeCollector, find_code
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.kinds import Kind, Kinds, has_plain_name
from graphscope.readers.keras.values import ValueCleaner
from graphscope.readers.keras.weight_notes import WeightNotes, list_some
from graphscope.readers.text import quote, repair_text, shorten
from graphscope.readers.weights.groups import Sublayer, groups_of_layers, ordered, sublayers
from graphscope.readers.weights.lora import add_lora
from graphscope.readers.weights.named import NamedGroup
from graphscope.readers.weights.names import (
    ALIASES,
    LOOKUPS,
    name_quantized,
    recognise,
    to_snake_case,
)
from graphscope.readers.weights.tree import DeclaredTree, StoredWeight, WeightGroup

MAX_NAME = 256


def display_name(name: str) -> str:
    """Return a name short enough to be drawn and repeated in ids."""
    if len(name) <= MAX_NAME and name.isascii():
        return name
    return shorten(repair_text(name), MAX_NAME)


@dataclass(frozen=True)
class _Owner:
    """What is known of a layer when its weights are added."""

    id: str
    path: str
    trainable: bool


class Ownership:
    """Adds layers and weights to a graph, once each, and finds them again.

    Args:
        builder: the graph that grows.
        root: the model of the file.
        weights: the root of the weight tree; None when the file holds no weights.
        cleaner: copies the configs of layers.
        kinds: of layers, as far as they were met before.
    """

    def __init__(
        self,
        builder: GraphBuilder,
        root: LayerConfig,
        weights: WeightGroup | None,
        cleaner: ValueCleaner,
        kinds: Kinds | None = None,
    ) -> None:
        self._builder = builder
        self._cleaner = cleaner
        self.kinds = Kinds() if kinds is None else kinds
        self.layers: list[Layer] = []
        self.stored: dict[str, StoredWeight] = {}
        self._ids: dict[LayerConfig, str] = {}
        self._weights: dict[str, tuple[str, ...]] = {}
        self._by_name: dict[tuple[str, str], LayerConfig] = {}
        self._claimed: set[int] = set()
        self._notes = WeightNotes()
        self._with_code: set[str] = set()
        self.code = CodeCollector(builder)
        self._add_layer(root, weights, None)
        # What several models share is declared in each of them, and claimed once.
        if weights is not None and not isinstance(weights, DeclaredTree):
            self._add_rest(root, weights)
        self._notes.add_to(builder)

    def layer_id(self, layer: LayerConfig) -> str:
        """Return the id of a layer."""
        return self._ids[layer]

    def find(self, layer: LayerConfig) -> str | None:
        """Return the id of a layer; None for operations and inputs that are no layers."""
        return self._ids.get(layer)

    def weights_of(self, layer_id: str) -> tuple[str, ...]:
        """Return the ids of all weights that a layer and its sublayers own."""
        return self._weights[layer_id]

    def has_code(self, layer_id: str) -> bool:
        """Whether the config of a layer carries code."""
        return layer_id in self._with_code

    def _add_layer(
        self, layer: LayerConfig, group: WeightGroup | None, parent: _Owner | None
    ) -> tuple[str, ...]:
        earlier = self._find_copy(layer)
        if earlier is not None:
            self._alias(layer, earlier)
            return ()
        owner = self._claim(layer, parent)
        own = self._add_own(layer, group, owner)
        self._put(owner, layer, own, parent, is_unknown=self._is_unknown(layer, group))
        below = [
            weight
            for child, child_group in self._children(layer, group)
            for weight in self._add_child(child, child_group, owner)
        ]
        self._weights[owner.id] = (*own, *below)
        return self._weights[owner.id]

    def _find_copy(self, layer: LayerConfig) -> LayerConfig | None:
        # Keras marks every copy of a layer but sometimes not the first.
        if layer.shared_id is None:
            return None
        return self._by_name.get((layer.class_name, layer.name))

    def _alias(self, layer: LayerConfig, earlier: LayerConfig) -> None:
        self._ids[layer] = self._ids[earlier]
        if layer.model is None or earlier.model is None:
            return
        for copy, original in zip(layer.model.layers, earlier.model.layers, strict=False):
            self._alias(copy, original)

    def _claim(self, layer: LayerConfig, parent: _Owner | None) -> _Owner:
        step = escape_name(display_name(layer.name))
        path = f"{parent.path}/{step}" if parent else step
        owner = _Owner(
            self._builder.make_layer_id(path),
            path,
            layer.trainable and (parent is None or parent.trainable),
        )
        self._ids[layer] = owner.id
        self._by_name.setdefault((layer.class_name, layer.name), layer)
        return owner

    def _put(
        self,
        owner: _Owner,
        layer: LayerConfig,
        weights: tuple[str, ...],
        parent: _Owner | None,
        *,
        is_unknown: bool,
    ) -> None:
        added = Layer(
            owner.id,
            display_name(layer.name),
            display_name(layer.class_name),
            display_name(layer.module),
            owner.trainable,
            weights,
            self._clean_config(layer),
            parent.id if parent else None,
            is_unknown,
        )
        self.layers.append(added)
        if is_unknown:
            self._notes.unknown.append(added)
        self._builder.add_layer(added)
        if self._may_hold_code(layer):
            found = find_code(layer, self.code.show, self.code.harmless)
            if self.code.add(found, owner.id, partial(_name_holder, layer)):
                self._with_code.add(owner.id)

    def _clean_config(self, layer: LayerConfig) -> Mapping[str, Any]:
        # The config of a model repeats all its layers, each of which has its own.
        if layer.model is not None:
            return {}
        config = dict(layer.config)
        if self.kinds.of(layer).is_clean and has_plain_name(config):
            return config
        cleaned: dict[str, Any] = self._cleaner.clean(config)
        return cleaned

    def _may_hold_code(self, layer: LayerConfig) -> bool:
        is_free = self.kinds.of(layer).is_free_of_code and has_plain_name(layer.config)
        return not is_free or any(call.constants for call in layer.calls)

    def _is_unknown(self, layer: LayerConfig, group: WeightGroup | None) -> bool:
        """Whether a layer may own weights that are not in its group."""
        if group is not None and (group.weights or not group.is_known or group.count()):
            return not group.is_known
        return layer.is_builtin and self.kinds.of(layer).owns_weights

    def _children(
        self, layer: LayerConfig, group: WeightGroup | None
    ) -> Iterator[tuple[LayerConfig | Sublayer, WeightGroup | None]]:
        if layer.model is not None:
            groups = groups_of_layers(layer.model, group)
            for child in layer.model.layers:
                if not child.is_operation and not self._is_hidden(layer, child):
                    yield child, groups.get(child)
        elif group is not None:
            # What was recognised by its groups has no module.
            builtin = layer.is_builtin or not layer.module
            if builtin and layer.class_name in LOOKUPS:
                self._claimed.update(id(each) for each in group.walk())
                return
            for sublayer in sublayers(group, layer.class_name, layer.config, builtin=builtin):
                yield sublayer, sublayer.group

    def _is_hidden(self, model: LayerConfig, child: LayerConfig) -> bool:
        # `Sequential.layers` leaves the input layer out.
        return bool(model.model and model.model.kind == "sequential" and child.is_input)

    def _add_child(
        self, child: LayerConfig | Sublayer, group: WeightGroup | None, parent: _Owner
    ) -> tuple[str, ...]:
        if isinstance(child, LayerConfig):
            return self._add_layer(child, group, parent)
        if child.config_entry is not None:
            return self._add_layer(child.config_entry, group, parent)
        return self._add_layer(
            LayerConfig(child.name, child.class_name, child.module, child.config), group, parent
        )

    def _add_own(
        self, layer: LayerConfig, group: WeightGroup | None, owner: _Owner
    ) -> tuple[str, ...]:
        if group is None or id(group) in self._claimed:
            return ()
        self._claimed.add(id(group))
        if layer.is_builtin and layer.class_name in LOOKUPS:
            return ()
        kind = self.kinds.of(layer)
        names = _names(layer, group, kind)
        if names is None:
            names = [f"variable_{index}" for index in range(len(group.weights))]
            self._notes.unnamed.append(owner.id)
        aliases = ALIASES.get(layer.class_name, frozenset())
        found = list(zip(names, group.weights, strict=True))
        added = add_lora(layer.class_name, layer.config, found) if layer.is_builtin else []
        if added and found[0][1].path:
            self._notes.adapted.append(owner.id)
        return tuple(
            self._add_weight(name, stored, owner, is_trained=kind.is_trained(name, stored))
            for name, stored in [*found, *added]
            if name not in aliases
        )

    def _add_weight(
        self, name: str, stored: StoredWeight, owner: _Owner, *, is_trained: bool
    ) -> str:
        weight_id = self._builder.make_weight_id(owner.id, name)
        self.stored[weight_id] = stored
        trainable = owner.trainable and is_trained
        self._builder.add_weight(
            Weight(weight_id, name, owner.id, stored.shape, stored.dtype, trainable)
        )
        return weight_id

    def _add_rest(self, root: LayerConfig, weights: WeightGroup) -> None:
        """Keep weights that no layer of the config claims, under the names of their groups."""
        if all(not group.weights or id(group) in self._claimed for group in weights.walk()):
            return
        owner = _Owner(self._ids[root], escape_name(display_name(root.name)), root.trainable)
        left: list[str] = []
        waiting = [(path, child) for path, child in reversed(ordered(weights))]
        while waiting:
            path, group = waiting.pop()
            if group.weights and id(group) not in self._claimed:
                left.append(path)
                self._add_layer(LayerConfig(path, "Layer", "", {}), _without_children(group), owner)
                self._claimed.add(id(group))
            waiting += [(f"{path}/{name}", child) for name, child in reversed(ordered(group))]
        if left:
            self._builder.add_note(
                "weights-unmatched",
                "Weights that belong to no layer of the config are listed under the names of their "
                f"groups: {list_some([quote(path) for path in left])}.",
            )


def _names(layer: LayerConfig, group: WeightGroup, kind: Kind) -> list[str] | None:
    if isinstance(group, NamedGroup):
        return [stored.key for stored in group.weights]
    # A custom class may share the name of a built-in one; then the shapes must agree as well.
    if not layer.is_builtin and layer.module:
        name = to_snake_case(layer.class_name)
        if group.weights and recognise(name, group.weights) != layer.class_name:
            return None
    if not group.weights:
        return []
    if kind.quantization_mode is None:
        names = name_quantized(layer.class_name, layer.config, group.weights)
        if names is not None:
            return names
    return kind.name_weights(len(group.weights))


def _without_children(group: WeightGroup) -> WeightGroup:
    return type(group)(group.name, is_object=True, weights=group.weights)


def _name_holder(layer: LayerConfig) -> str:
    return f"Layer {quote(layer.name)} ({quote(layer.class_name)[1:-1]}) holds"
