"""Layers as a file describes them beside its graph: names, classes, and what holds what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.tensorflow.scoping.names import SUFFIX, path_of
from graphscope.readers.tensorflow.unfolding.program import Variable


@dataclass(frozen=True, eq=False, slots=True)
class KnownLayer:
    """A layer that the file describes.

    Attributes:
        config: its name, class and settings.
        parent: the layer that holds it; None for the model.
        keys: what the stored weights call the variables that it owns itself.
    """

    config: LayerConfig
    parent: KnownLayer | None = None
    keys: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.config.name


class KnownLayers:
    """The layers that a file describes; there may be none.

    Args:
        layers: all of them.
        keys: what the stored weights call each variable of the graph.
    """

    def __init__(
        self, layers: Iterable[KnownLayer] = (), keys: Mapping[Variable, str] | None = None
    ) -> None:
        self.all = tuple(layers)
        self._keys = keys or {}
        self._by_key = {key: layer for layer in self.all for key in layer.keys}
        self._by_name: dict[str, list[KnownLayer]] = {}
        for layer in self.all:
            if layer.parent is not None:
                self._by_name.setdefault(layer.name, []).append(layer)

    def find_model(self) -> KnownLayer | None:
        """Return the model itself."""
        return next((layer for layer in self.all if layer.parent is None), None)

    def find_owner(self, variables: Iterable[Variable]) -> KnownLayer | None:
        """Return the layer that owns some variables."""
        found = (self._by_key.get(self._keys.get(variable, "")) for variable in variables)
        return next((layer for layer in found if layer is not None), None)

    def path_of(self, variable: Variable) -> tuple[str, ...]:
        """Return the path of the layer that owns a variable, from the model on.

        Where the file does not describe it, the variable is named after its layer.
        """
        layer = self._by_key.get(self._keys.get(variable, ""))
        if layer is None:
            return path_of(variable)
        names = []
        while layer.parent is not None:
            names.append(layer.name)
            layer = layer.parent
        return tuple(reversed(names))

    def find_called(self, scope: str, holder: str) -> KnownLayer | None:
        """Return the layer that is called in a name scope.

        Args:
            scope: the last part of its name, which bears a number where it was opened again.
            holder: the name of the layer around it.
        """
        found = self._find_named(scope, holder)
        return found or self._find_named(SUFFIX.sub("", scope), holder)

    def _find_named(self, name: str, holder: str) -> KnownLayer | None:
        named = self._by_name.get(name, [])
        held = [each for each in named if each.parent is not None and each.parent.name == holder]
        return (held or named)[0] if len(named) == 1 or len(held) == 1 else None
