"""Which weight of an HDF5 file of Keras 1 or 2 belongs to which layer.

The file has a group for each layer of the outermost model. The weights in it are called by the
path that they had in the program: `inner/dense_2/kernel:0`; of nested models often without the name
of the model, and in Keras 1 without a path: `dense_2_W`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphscope.readers.weights.named import NamedGroup
from graphscope.readers.weights.names import SUBLAYERS, name_weights
from graphscope.readers.weights.tree import StoredWeight, WeightGroup

Saved = Iterable[tuple[str, StoredWeight]]
"""Weights with their names in the file."""

_ATTRIBUTES = {
    "query": "query_dense",
    "key": "key_dense",
    "value": "value_dense",
    "attention_output": "output_dense",
}
"""Layers inside attention, and the attributes that hold them."""


@dataclass
class _Leaf:
    """A layer that is no model."""

    name: str
    class_name: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    is_configured: bool = True
    weights: list[tuple[str, StoredWeight]] = field(default_factory=list)

    def put(self, path: str, stored: StoredWeight) -> None:
        self.weights.append((path, stored))

    def build(self) -> NamedGroup:
        group = _named_group(self.name)
        inner = _wrapped_model(self.config)
        if inner is not None:
            # The weights have the names that they have in that model.
            for saved, stored in self.weights:
                inner.put(saved, stored)
            group.children["layer"] = inner.build()
            return group
        paths = [path.split("/") for path, _ in self.weights]
        shared = _shared_prefix(paths) if self.is_configured else 0
        old_names = [_name_of_keras1(self.name, path) for path, _ in self.weights]
        if old_names and all(old_names):
            known = name_weights(self.class_name, self.config, len(old_names))
            paths = [[name or ""] for name in known or old_names]
            shared = 0
        for path, (_, stored) in zip(paths, self.weights, strict=True):
            self._add(group, self._rest(path, shared), stored)
        return group

    def _rest(self, path: list[str], shared: int) -> list[str]:
        """Return what follows the layer's name in a path, or what its weights do not share."""
        name = self.name.split("/")
        for start in range(len(path) - len(name)):
            if path[start : start + len(name)] == name:
                return path[start + len(name) :]
        return path[shared:]

    def _add(self, group: NamedGroup, path: list[str], stored: StoredWeight) -> None:
        class_name, config = self.class_name, self.config
        if class_name == "TimeDistributed" and len(path) == 1 and "layer" in config:
            # Keras 2 called the weights of the layer in it as if they were its own.
            path = [_name_in(config["layer"]) or "layer", *path]
        holder: WeightGroup = group
        for step in path[:-1]:
            attribute = _attribute(class_name, config, step)
            holder = holder.children.setdefault(attribute, _named_group(attribute, step))
            class_name, config = "", {}
        holder.weights.append(replace(stored, key=path[-1]))


class _Model:
    """A model and the layers in it."""

    def __init__(self, name: str, config: Mapping[str, Any]) -> None:
        self.name = name
        self.children: dict[str, _Leaf | _Model] = {}
        self.own: list[tuple[str, StoredWeight]] = []
        self.below: set[str] = set()
        """The names of all layers at any depth."""
        entries = config.get("layers")
        for entry in entries if isinstance(entries, list) else ():
            self._add(entry)
        self._longest = max((name.count("/") for name in self.below), default=0) + 1

    def put(self, path: str, stored: StoredWeight) -> None:
        found = self._find(path, self.children)
        if found is not None:
            self.children[found].put(path, stored)
            return
        for child in self.children.values():
            if isinstance(child, _Model) and child._find(path, child.below):
                child.put(path, stored)
                return
        self.own.append((path, stored))

    def build(self) -> NamedGroup:
        group = _named_group(self.name)
        for path, stored in self.own:
            group.weights.append(replace(stored, key=path.rpartition("/")[2]))
        for name, child in self.children.items():
            group.children[name] = child.build()
        return group

    def _add(self, entry: Any) -> None:
        config = entry.get("config") if isinstance(entry, dict) else None
        if not isinstance(config, dict):
            return
        name = str(entry.get("name") or config.get("name"))
        if isinstance(config.get("layers"), list):
            model = _Model(name, config)
            self.children[name] = model
            self.below |= model.below
        else:
            self.children[name] = _Leaf(name, str(entry.get("class_name")), config)
        self.below.add(name)

    def _find(self, path: str, names: Container[str]) -> str | None:
        """Return the outermost of the names that a path goes through."""
        steps = path.split("/")
        if len(steps) == 1:
            return next((name for name, _ in _splits(path) if name in names), None)
        for start in range(len(steps) - 1):
            for end in range(min(len(steps) - 1, start + self._longest), start, -1):
                name = "/".join(steps[start:end])
                if name in names:
                    return name
        return None


def _wrapped_model(config: Mapping[str, Any]) -> _Model | None:
    """Return the model that a layer such as TimeDistributed is wrapped around."""
    name, entry = _name_in(config.get("layer")), config.get("layer")
    if name is None or not isinstance(entry, dict):
        return None
    inner = entry["config"]
    return _Model(name, inner) if isinstance(inner.get("layers"), list) else None


def arrange(config: Mapping[str, Any] | None, layers: Mapping[str, Saved]) -> NamedGroup:
    """Return the weights of a file by layer.

    Args:
        config: of the model, in today's form; None where the file holds weights only.
        layers: what the file holds for each layer of the outermost model, by the layer's name.
    """
    model = _Model("", config or {})
    for name, saved in layers.items():
        if name not in model.children:
            model.children[name] = _Leaf(name, is_configured=False)
        for path, stored in saved:
            model.children[name].put(_without_output(path), stored)
    return model.build()


def _without_output(path: str) -> str:
    """Return the name of a variable without the number of its output, `:0` in TensorFlow."""
    return re.sub(r":\d+$", "", path).strip("/")


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to read `dense_1_W` as a layer and a weight, the longest layer first."""
    for place in reversed([found.start() for found in re.finditer("_", name)]):
        yield name[:place], name[place + 1 :]


def _name_of_keras1(layer: str, path: str) -> str | None:
    """Return the name of a weight of Keras 1, which begins with that of its layer."""
    name = path.removeprefix(f"{layer}_")
    return name if name != path and name and "/" not in name else None


def _shared_prefix(paths: list[list[str]]) -> int:
    """Return how many steps all paths have in common, their names left out."""
    folders = [path[:-1] for path in paths]
    length = 0
    while folders and len({tuple(steps[: length + 1]) for steps in folders}) == 1:
        if len(folders[0]) <= length:
            break
        length += 1
    return length


def _attribute(class_name: str, config: Mapping[str, Any], step: str) -> str:
    """Return the attribute of a layer that holds the layer of a step: Keras 3 saves by those."""
    if class_name == "Bidirectional" and step.startswith(("forward_", "backward_")):
        return f"{step.partition('_')[0]}_layer"
    inner = next((key for key in ("layer", "cell") if _name_in(config.get(key)) == step), None)
    if inner is not None:
        return inner
    known = SUBLAYERS.get(class_name, {})
    if "cell" in known and "cell" in step:
        return "cell"
    attribute = _ATTRIBUTES.get(step, step)
    return attribute if attribute in known else step


def _name_in(entry: Any) -> str | None:
    config = entry.get("config") if isinstance(entry, dict) else None
    name = config.get("name") if isinstance(config, dict) else None
    return name if isinstance(name, str) else None


def _named_group(name: str, saved_name: str = "") -> NamedGroup:
    return NamedGroup(name, is_object=True, read_name=lambda: saved_name or name)
