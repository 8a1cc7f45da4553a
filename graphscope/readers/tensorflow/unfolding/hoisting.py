"""Taking away calls that only wrap another call.

A signature of a SavedModel calls a wrapper, which calls the function that computes.
"""

from __future__ import annotations

from graphscope.readers.tensorflow.unfolding.program import (
    Region,
    RegionKind,
    Result,
    Step,
    walk_steps,
)


def hoist(whole: Region) -> None:
    """Put the inside of a call in its place where nothing comes after it in the call around it."""
    while _unwrap(whole):
        pass
    waiting = [item for item in whole.items if isinstance(item, Region)]
    while waiting:
        region = waiting.pop()
        while _unwrap(region):
            pass
        waiting += [item for item in region.items if isinstance(item, Region)]


def _unwrap(region: Region) -> bool:
    """Put the inside of the only call of a region in its place; False if there is no such call."""
    if region.kind not in (RegionKind.WHOLE, RegionKind.CALL):
        return False
    calls = [item for item in region.items if isinstance(item, Region)]
    if len(calls) != 1 or calls[0].kind is not RegionKind.CALL:
        return False
    inner = calls[0]
    rest = [item for item in region.items if isinstance(item, Step)]
    inside = set(walk_steps(inner))
    if any(
        isinstance(each, Result) and each.step in inside for item in rest for each in item.inputs
    ):
        return False
    region.items = [*rest, *inner.items]
    region.reads += inner.reads
    return True
