"""How long each tensor of a program must be kept."""

from __future__ import annotations

import numpy as np

from graphscope.analysis.memory.program import Program
from graphscope.analysis.memory.storage import Storage
from graphscope.analysis.memory.tables import BoolArray, IntArray, Tables


def last_uses(program: Program, tables: Tables, storage: Storage) -> IntArray:
    """Return for each tensor (T,) the last step that reads its memory; its own step if none does.

    What a loop reads from outside it reads in every trip, so that stays until the loop ends.
    """
    ends = tables.made.copy()
    reads, roots = storage.roots_of(tables.source)
    readers = tables.reader[reads]
    if len(tables.around) > 1:
        np.maximum.at(ends, roots, _leave_loops(tables, readers, roots))
    else:
        np.maximum.at(ends, roots, readers)
    loop_ends = _find_loop_ends(tables)
    for step, sources in program.next_trips.items():
        loops = program.loops[step]
        end = loop_ends[loops[-1].id] if loops else step
        for source in sources:
            _prolong(ends, storage.held(source), end)
    for result in program.results:
        _prolong(ends, storage.held(result), len(program))
    for tensor, end in program.retained.items():
        _prolong(ends, storage.held(tensor), end)
    return ends


def _prolong(ends: IntArray, roots: list[int], end: int) -> None:
    for root in roots:
        ends[root] = max(ends[root], end)


def _find_loop_ends(tables: Tables) -> dict[str, int]:
    """Return the last step in each loop."""
    last = np.full(len(tables.around), -1)
    np.maximum.at(last, tables.loops, np.arange(len(tables.loops)))
    ends: dict[str, int] = {}
    for loops, step in zip(tables.around, last.tolist(), strict=True):
        for loop in loops:
            ends[loop.id] = max(ends.get(loop.id, -1), step)
    return ends


def _leave_loops(tables: Tables, readers: IntArray, roots: IntArray) -> IntArray:
    """Return for each pair of a reader and a root (n,) when it is read for the last time: in the
    last trip of the outermost loop that is entered between the two.
    """
    loop_ends, count = _find_loop_ends(tables), len(tables.around)
    inside, outside = tables.loops[readers], tables.loops_of_tensors()[roots]
    pairs, kind = np.unique(inside * count + outside, return_inverse=True)
    left = np.full(len(pairs), -1)
    for place, pair in enumerate(pairs.tolist()):
        entered, around = tables.around[pair // count], tables.around[pair % count]
        if len(entered) > len(around) and entered[: len(around)] == around:
            left[place] = loop_ends[entered[len(around)].id]
    return np.where(left[kind] < 0, readers, left[kind])


def taken_over(
    program: Program,
    tables: Tables,
    storage: Storage,
    ends: IntArray,
    in_place: frozenset[str],
) -> BoolArray:
    """Return for each tensor (T,) whether the result of its last reader takes over its memory."""
    taken = np.zeros(len(tables.made), dtype=bool)
    if program.is_eager:
        return taken
    single = storage.single_roots()[tables.source]
    may = tables.is_of(in_place)[tables.reader] & (single >= 0) & (tables.made[single] >= 0)
    (reads,) = np.nonzero(may & (ends[single] == tables.reader))
    # A step that makes one tensor takes over the first argument that will do.
    steps, sources, roots = tables.reader[reads], tables.source[reads], single[reads]
    results = tables.first[steps]
    wanted = tables.spec[results]
    fits = (tables.spec[roots] == wanted) | (tables.spec[sources] == wanted)
    fits &= (results >= 0) & storage.is_held()[results]
    makes_one = np.bincount(tables.made[tables.made >= 0], minlength=len(program))[steps] == 1
    (found,) = np.nonzero(fits & makes_one)
    _, firsts = np.unique(steps[found], return_index=True)
    taken[roots[found[firsts]]] = True
    several = ~makes_one
    for step in dict.fromkeys(steps[several].tolist()):
        here = several & (steps == step)
        _take_over(program.outputs[step], sources[here], roots[here], tables, storage, taken)
    return taken


def _take_over(
    outputs: tuple[int, ...],
    sources: IntArray,
    roots: IntArray,
    tables: Tables,
    storage: Storage,
    taken: BoolArray,
) -> None:
    """Let each result of one step take over an argument."""
    for output in outputs:
        if storage.held(output) != [output]:
            continue
        wanted = tables.spec[output]
        for source, root in zip(sources.tolist(), roots.tolist(), strict=True):
            if not taken[root] and wanted in (tables.spec[root], tables.spec[source]):
                taken[root] = True
                break
