"""Which scopes a picture shows open, chosen on the drawing document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from graphscope.errors import ExportError
from graphscope.exporters.options import ExportOptions

PAGE = 60
"""Boxes that fit on a page: scopes are opened level by level as long as no more are shown."""

_LEAVES = frozenset({"input", "constant", "node_layer", "op"})
_LAYERS = frozenset({"layer", "node_layer"})


def scopes_to_open(document: dict[str, Any], options: ExportOptions) -> list[str]:
    """Return the ids of the scopes that are open in a picture, in the order of the document.

    Without a depth, scopes that hold layers are opened while the picture fits on a page; layers
    stay closed over their operations, and repeats stay folded.

    Raises:
        ExportError: when `options.open` names something that is no scope of the graph.
    """
    tree = _Tree(document)
    opened = tree.above(options.depth) if options.depth is not None else tree.fitting(PAGE)
    for scope in options.open:
        opened.update(tree.path_to(scope))
    return [tree.ids[item] for item in sorted(opened)]


@dataclass(frozen=True)
class _Tree:
    document: dict[str, Any]

    @cached_property
    def ids(self) -> list[str]:
        return self._column("id", "strings")

    @cached_property
    def kinds(self) -> list[str]:
        return self._column("kind", "kinds")

    @cached_property
    def parents(self) -> list[int]:
        parents: list[int] = self.document["items"]["parent"]
        return parents

    @cached_property
    def levels(self) -> list[int]:
        levels = [0]
        for parent in self.parents[1:]:
            levels.append(levels[parent] + 1)
        return levels

    @cached_property
    def children(self) -> list[list[int]]:
        children: list[list[int]] = [[] for _ in self.parents]
        for item, parent in enumerate(self.parents[1:], start=1):
            children[parent].append(item)
        return children

    @cached_property
    def holds_layers(self) -> list[bool]:
        holds = [False] * len(self.parents)
        for item in range(len(self.parents) - 1, 0, -1):
            if holds[item] or self.kinds[item] in _LAYERS:
                holds[self.parents[item]] = True
        return holds

    def above(self, depth: int) -> set[int]:
        return {item for item in self._scopes() if self.levels[item] <= depth}

    def fitting(self, boxes: int) -> set[int]:
        opened: set[int] = set()
        shown, level = len(self.children[0]), self.children[0]
        while level:
            level = [item for item in level if self._is_worth_opening(item)]
            shown += sum(len(self.children[item]) - 1 for item in level)
            if shown > boxes:
                break
            opened.update(level)
            level = [child for item in level for child in self.children[item]]
        return opened

    def path_to(self, scope: str) -> Iterable[int]:
        item = self._find(scope)
        while item > 0:
            yield item
            item = self.parents[item]

    def _is_worth_opening(self, item: int) -> bool:
        return self.holds_layers[item] and self.kinds[item] != "repeat"

    def _scopes(self) -> Iterable[int]:
        return (i for i, kind in enumerate(self.kinds) if i and kind not in _LEAVES)

    def _find(self, scope: str) -> int:
        if scope in self.ids:
            item = self.ids.index(scope)
            if item == 0 or self.kinds[item] not in _LEAVES:
                return item
            raise ExportError(f"{scope!r} is a single node and cannot be opened.")
        known = [self.ids[item] for item in self._scopes()]
        near = get_close_matches(scope, known, n=3) or known[:3]
        remedy = f"Some that it has: {', '.join(near)}." if near else "It has no scopes at all."
        raise ExportError(f"The graph has no scope {scope!r}.", remedy)

    def _column(self, name: str, dictionary: str) -> list[str]:
        words = self.document[dictionary]
        return [words[number] for number in self.document["items"][name]]
