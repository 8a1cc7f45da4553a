"""Tensors that go elsewhere than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphscope.analysis.diff.entry import Entry, Tree, Wire
from graphscope.analysis.diff.matching import Matching
from graphscope.analysis.diff.result import Fact, WireChange
from graphscope.graph import EdgeKind

Feed = tuple[Entry, int, str]
"""A tensor that arrives: its source, which output, the kind of edge."""


@dataclass
class Rewiring:
    """What differs between the wires of two trees: as edges, and by the entry after they reach."""

    changes: list[WireChange] = field(default_factory=list)
    facts: dict[Entry, Fact] = field(default_factory=dict)


def compare_wires(before: Tree, after: Tree, matching: Matching, *, strict: bool) -> Rewiring:
    """Return what is rewired between calls that are in both graphs.

    Args:
        before: the earlier tree.
        after: the later tree.
        matching: which entry is which.
        strict: whether the order in which tensors arrive is compared, and what travels beside
            arguments: masks and states, which a file does not tell of.
    """
    old, new = _find_feeds(before.wires, strict=strict), _find_feeds(after.wires, strict=strict)
    found = Rewiring()
    for entry in after.root.walk():
        partner = matching.before.get(entry)
        if partner is None or not (entry in new or partner in old):
            continue
        feeds = old.get(partner, {}), new.get(entry, {})
        translated = {_translate(feed, matching.after): feed for feed in feeds[0]}
        gone = [feed for key, feed in translated.items() if key not in feeds[1]]
        come = [feed for feed in feeds[1] if feed not in translated]
        found.changes += _wire_changes(gone, come, partner, entry, matching)
        if gone or come:
            found.facts[entry] = Fact("wiring", "reads", _names(gone), _names(come))
        elif strict and list(translated) != list(feeds[1]):
            found.facts[entry] = Fact(
                "wiring", "order of inputs", _names(feeds[0]), _names(feeds[1])
            )
    return found


def _find_feeds(wires: tuple[Wire, ...], *, strict: bool) -> dict[Entry, dict[Feed, None]]:
    feeds: dict[Entry, dict[Feed, None]] = {}
    for wire in wires:
        if strict or not _is_beside(wire):
            feed = (wire.source, wire.output, wire.kind.value)
            feeds.setdefault(wire.target, {})[feed] = None
    return feeds


def _is_beside(wire: Wire) -> bool:
    made = wire.source.outputs
    is_mask = 0 <= wire.output < len(made) and made[wire.output].dtype == "bool"
    return wire.kind is not EdgeKind.DATA or is_mask


def _translate(feed: Feed, partners: Mapping[Entry, Entry]) -> Feed:
    return (partners.get(feed[0], feed[0]), feed[1], feed[2])


def _wire_changes(
    gone: list[Feed], come: list[Feed], before: Entry, after: Entry, matching: Matching
) -> Iterator[WireChange]:
    for source, output, kind in gone:
        if source in matching.after:
            yield WireChange("removed", source.id, output, before.id, kind)
    for source, output, kind in come:
        if source in matching.before:
            yield WireChange("added", source.id, output, after.id, kind)


def _names(feeds: list[Feed] | dict[Feed, None]) -> list[str]:
    return [
        source.id + (f".{output}" if output > 0 else "") + ("" if kind == "data" else f" ({kind})")
        for source, output, kind in feeds
    ]
