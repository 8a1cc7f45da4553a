"""Groups of the short form of a graph, and edges that begin or end at a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphscope.errors import ReadError
from graphscope.readers.text import quote

MAX_EDGES = 1_000_000
"""How many edges those between groups may stand for."""


class Groups:
    """What lies in what.

    Args:
        parents: the group that each node or group lies in, by id; None at the top.
    """

    def __init__(self, parents: Mapping[str, str | None]) -> None:
        self._parents = parents
        self._children: dict[str, list[str]] = {}
        for child, parent in parents.items():
            if parent is not None:
                self._children.setdefault(parent, []).append(child)
        self._depths: dict[str, int] = {}
        self._around: dict[str, list[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._children)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._children

    def children(self, group: str) -> list[str]:
        """Return what lies directly in a group."""
        return self._children.get(group, [])

    def around(self, id_: str) -> list[str]:
        """Return the groups around a node or group, outermost first."""
        parent = self._parents[id_]
        if parent is None:
            return []
        found = self._around.get(parent)
        if found is None:
            found = self._around[parent] = self._collect_around(parent)
        return found

    def _collect_around(self, group: str | None) -> list[str]:
        found: list[str] = []
        while group is not None:
            found.append(group)
            group = self._parents[group]
        return found[::-1]

    def lie_together(self, one: str, other: str) -> bool:
        """Whether two nodes or groups lie directly in the same group, or both in none."""
        return self._parents[one] == self._parents[other]

    def depth(self, id_: str) -> int:
        """Return how many groups lie around a node or group."""
        known = self._depths.get(id_)
        if known is not None:
            return known
        trail: list[str] = []
        current: str | None = id_
        while current is not None and current not in self._depths:
            trail.append(current)
            current = self._parents[current]
        depth = -1 if current is None else self._depths[current]
        for each in reversed(trail):
            depth += 1
            self._depths[each] = depth
        return depth

    def find_ring(self) -> str | None:
        """Return a group that lies in itself; None when there is none."""
        sound: set[str] = set()
        for start, around in self._parents.items():
            if around is None:
                continue
            trail: dict[str, None] = {}
            current: str | None = start
            while current is not None and current not in sound:
                if current in trail:
                    return current
                trail[current] = None
                current = self._parents.get(current)
            sound.update(trail)
        return None


def unfold(
    edges: Iterable[tuple[str, str]], groups: Groups, subject: str
) -> Iterator[tuple[str, str]]:
    """Yield edges between nodes for edges between nodes and groups.

    An edge to a group leads to the nodes in it that no edge from inside the group leads to, and an
    edge from a group comes from the nodes in it that no edge inside the group leaves.

    Raises:
        ReadError: when an edge joins a group and something in it, when a group has no such nodes,
            or when there are too many of them.
    """
    edges = list(edges)
    if not groups:
        yield from edges
        return
    ends = _Ends(edges, groups)
    left = MAX_EDGES
    for index, (source, target) in enumerate(edges):
        if source not in groups and target not in groups:
            yield source, target
            continue
        place = f"{subject}: edges[{index}]"
        if source != target and (
            source in groups.around(target) or target in groups.around(source)
        ):
            raise ReadError(
                f"{place} joins {quote(source)} and {quote(target)}, one of which lies in the "
                "other.",
                "Let edges in a group join what lies in it.",
            )
        sources, targets = ends.last(source), ends.first(target)
        for end, found in ((source, sources), (target, targets)):
            if not found:
                raise ReadError(
                    f"{place} has the end {quote(end)}, a group whose nodes form a ring.",
                    "Let the edge end at one of them.",
                )
        left -= len(sources) * len(targets)
        if left < 0:
            raise ReadError(
                f"{subject} stands for more than {MAX_EDGES:,} edges.",
                "Edges between groups join every end of one with every beginning of the other.",
            )
        yield from ((each, other) for each in sources for other in targets)


class _Ends:
    """The nodes at which groups begin and end."""

    def __init__(self, edges: Iterable[tuple[str, str]], groups: Groups) -> None:
        self._groups = groups
        self._left: set[tuple[str, str]] = set()
        """What has an edge to something else in a group, with that group."""
        self._reached: set[tuple[str, str]] = set()
        self._found: dict[tuple[str, bool], list[str]] = {}
        for source, target in edges:
            if groups.depth(source) == 0 or groups.depth(target) == 0:
                continue
            around = set(groups.around(target))
            for group in groups.around(source):
                if group in around:
                    self._left.add((source, group))
                    self._reached.add((target, group))

    def last(self, id_: str) -> list[str]:
        """Return the nodes at which a group ends; a node ends at itself."""
        return self._collect(id_, self._left, is_last=True)

    def first(self, id_: str) -> list[str]:
        """Return the nodes at which a group begins; a node begins at itself."""
        return self._collect(id_, self._reached, is_last=False)

    def _collect(self, top: str, taken: set[tuple[str, str]], *, is_last: bool) -> list[str]:
        if top not in self._groups:
            return [top]
        if (top, is_last) not in self._found:
            found: list[str] = []
            waiting = [top]
            while waiting:
                id_ = waiting.pop()
                if (id_, top) in taken:
                    continue
                if id_ not in self._groups:
                    found.append(id_)
                waiting += reversed(self._groups.children(id_))
            self._found[top, is_last] = found
        return self._found[top, is_last]
