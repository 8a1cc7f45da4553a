"""Which layer of one run was which of another, and what became of it.

Layers are matched by their keys. Where a process makes a model twice, Keras numbers the layers anew
(`dense_2` for `dense`): they are then matched by their order among those of the same name. Of both
ways that one counts which finds less to have changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphscope.runs.compare.layers import ComparedLayer
from graphscope.runs.compare.values import Change, Kind, find_changes


@dataclass(frozen=True, slots=True)
class LayerChange:
    """A layer that is not the same in both runs.

    Attributes:
        kind: what became of it.
        before, after: the layer in each run; None where there is none.
        changes: of its facts, when it is in both.
    """

    kind: Kind
    before: ComparedLayer | None
    after: ComparedLayer | None
    changes: tuple[Change, ...] = ()


def find_layer_changes(
    before: Sequence[ComparedLayer], after: Sequence[ComparedLayer]
) -> list[LayerChange]:
    """Return the layers that are not the same, in the order of the later ones.

    Those that are gone stand where they were.
    """
    by_key = _changes(before, after, _match(_keys(before), _keys(after)))
    by_order = _changes(before, after, _match(_numbered(before), _numbered(after)))
    return min(by_key, by_order, key=_amount)


def _amount(changes: Sequence[LayerChange]) -> tuple[int, int]:
    """Return how many layers are in one run only, and how many facts of the others changed."""
    alone = sum(change.kind != "changed" for change in changes)
    return alone, sum(len(change.changes) for change in changes)


def _keys(layers: Sequence[ComparedLayer]) -> list[str]:
    return [layer.key for layer in layers]


def _numbered(layers: Sequence[ComparedLayer]) -> list[str]:
    """Return the keys of layers, their numbers counted anew below each parent."""
    numbers: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for layer in layers:
        for path, number in _prefixes(layer.key):
            numbers[path][number] = 0
    for known in numbers.values():
        known |= {number: place for place, number in enumerate(sorted(known))}
    return [
        "/".join(f"{path.rpartition('/')[2]}#{numbers[path][number]}"
                 for path, number in _prefixes(layer.key))
        for layer in layers
    ]  # fmt: skip


def _prefixes(key: str) -> Iterator[tuple[str, int]]:
    """Yield for each layer on a path its own path, without its number, and the number.

    >>> list(_prefixes("net_1/dense_2"))
    [('net', 1), ('net_1/dense', 2)]
    """
    parts = key.split("/")
    for depth, part in enumerate(parts):
        found = re.fullmatch(r"(.*?)(?:_(\d+))?", part)
        assert found is not None  # Everything matches.
        yield "/".join([*parts[:depth], found[1]]), int(found[2] or 0)


def _match(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Return for places in the later list the places of the same names in the earlier one."""
    place = {name: index for index, name in enumerate(before)}
    return {index: place[name] for index, name in enumerate(after) if name in place}


def _changes(
    before: Sequence[ComparedLayer], after: Sequence[ComparedLayer], partner: Mapping[int, int]
) -> list[LayerChange]:
    found: list[LayerChange] = []
    gone = sorted(set(range(len(before))) - set(partner.values()))
    for index, layer in enumerate(after):
        if index not in partner:
            found.append(LayerChange("added", None, layer))
            continue
        while gone and gone[0] < partner[index]:
            found.append(LayerChange("removed", before[gone.pop(0)], None))
        old = before[partner[index]]
        if changes := tuple(find_changes(old.facts, layer.facts)):
            found.append(LayerChange("changed", old, layer, changes))
    return found + [LayerChange("removed", before[index], None) for index in gone]
