"""The groups of an HDF5 file of Keras 1 or 2: one for each layer of the outermost model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.errors import ReadError
from graphscope.graph import GraphBuilder
from graphscope.readers.keras.legacy.weights import arrange
from graphscope.readers.text import quote
from graphscope.readers.weights.hdf5_attributes import TextAttributes
from graphscope.readers.weights.named import NamedGroup
from graphscope.readers.weights.tree import StoredWeight, WeightGroup

_TOP = "top_level_model_weights"
"""The group of weights that the model itself owns."""


class StoredLayers:
    """The layers of a file and their weights, in the order that the file lists them.

    Args:
        attributes: of the file.
        group: that holds a group for each layer.
        place: its path.
    """

    def __init__(self, attributes: TextAttributes, group: WeightGroup, place: str) -> None:
        self._attributes = attributes
        self._group = group
        self._place = place.rstrip("/")
        self._damaged: list[str] = []
        self._listed = self._texts("", "layer_names")
        groups = (self._find(name) for name in self._listed or ())
        self._of_layers = {id(group) for group in groups if group is not None}

    @property
    def are_listed(self) -> bool:
        """Whether the file lists its layers, as all of these files do."""
        return self._listed is not None

    def arrange(self, config: Mapping[str, Any] | None) -> NamedGroup:
        """Return the weights by layer of the model; without its config, by group of the file."""
        return arrange(config, {name: self._saved(name) for name in self._names()})

    def list_places(self) -> list[list[str]]:
        """Return where the weights lie, layer by layer, as Keras reads them."""
        saved = (self._saved(name) for name in self._names())
        return [[stored.path for _, stored in weights] for weights in saved if weights]

    def add_note(self, builder: GraphBuilder) -> None:
        """Note which lists of names could not be read."""
        if self._damaged:
            builder.add_note(
                "weights-damaged",
                f"The order of the weights of {len(self._damaged):,} groups cannot be read "
                f"({', '.join(self._damaged[:3])}).",
            )

    def _names(self) -> list[str]:
        listed = [name for name in self._listed or () if self._find(name) is not None]
        # What is not listed is shown all the same; a name such as a/b makes two groups.
        known = {name.partition("/")[0] for name in listed}
        return [
            *dict.fromkeys(listed),
            *(name for name in self._group.children if name not in known),
        ]

    def _saved(self, layer: str) -> list[tuple[str, StoredWeight]]:
        group = self._find(layer)
        assert group is not None, "only groups that are there are named"
        found = dict(self._walk(group))
        order = self._texts(layer, "weight_names") if len(found) > 1 else None
        names = dict.fromkeys([*(name.strip("/") for name in order or ()), *found])
        saved = [(name, found[name]) for name in names if name in found]
        # What the model itself owns is not to be looked for in a layer.
        return [(name.rpartition("/")[2], each) for name, each in saved] if layer == _TOP else saved

    def _walk(self, top: WeightGroup) -> Iterator[tuple[str, StoredWeight]]:
        """Yield what a layer's group holds, without the groups of other layers in it."""
        waiting = [(top, "")]
        while waiting:
            group, before = waiting.pop()
            for stored in group.weights:
                yield f"{before}{stored.key}", stored
            waiting += [
                (child, f"{before}{name}/")
                for name, child in reversed(group.children.items())
                if id(child) not in self._of_layers
            ]

    def _find(self, path: str) -> WeightGroup | None:
        group: WeightGroup | None = self._group
        for step in path.split("/"):
            group = group.children.get(step) if group else None
        return group

    def _texts(self, layer: str, name: str) -> list[str] | None:
        path = f"{self._place}/{layer}".rstrip("/") or "/"
        try:
            return self._attributes.texts(path, name)
        except ReadError:
            self._damaged.append(quote(path))
            return None
