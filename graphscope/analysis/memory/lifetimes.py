"""How long each tensor of a program must be kept."""

from __future__ import annotations

import numpy as np

from graphscope.analysis.memory.arrays import BoolArray, IntArray
from graphscope.analysis.memory.program import Program
from graphscope.analysis.memory.storage import Storage


def last_uses(program: Program, storage: Storage) -> IntArray:
    """Return for each tensor (T,) the last step that reads its memory; its own step if none does.

    What a loop reads from outside it reads in every trip, so that stays until the loop ends.
    """
    ends = program.made.copy()
    reads, roots = storage.roots_of(program.source)
    readers = program.reader[reads]
    if len(program.around) > 1:
        np.maximum.at(ends, roots, _leave_loops(program, readers, roots))
    else:
        np.maximum.at(ends, roots, readers)
    loop_ends = _find_loop_ends(program)
    for step, sources in program.next_trips.items():
        loops = program.loops_of(step)
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


def _find_loop_ends(program: Program) -> dict[str, int]:
    """Return the last step in each loop."""
    last = np.full(len(program.around), -1)
    np.maximum.at(last, program.loops, np.arange(len(program.loops)))
    ends: dict[str, int] = {}
    for loops, step in zip(program.around, last.tolist(), strict=True):
        for loop in loops:
            ends[loop.id] = max(ends.get(loop.id, -1), step)
    return ends


def _leave_loops(program: Program, readers: IntArray, roots: IntArray) -> IntArray:
    """Return for each pair of a reader and a root (n,) when it is read for the last time: in the
    last trip of the outermost loop that is entered between the two.
    """
    loop_ends, count = _find_loop_ends(program), len(program.around)
    inside, outside = program.loops[readers], program.loops_of_tensors()[roots]
    pairs, kind = np.unique(inside * count + outside, return_inverse=True)
    left = np.full(len(pairs), -1)
    for place, pair in enumerate(pairs.tolist()):
        entered, around = program.around[pair // count], program.around[pair % count]
        if len(entered) > len(around) and entered[: len(around)] == around:
            left[place] = loop_ends[entered[len(around)].id]
    return np.where(left[kind] < 0, readers, left[kind])


def taken_over(
    program: Program,
    storage: Storage,
    ends: IntArray,
    in_place: frozenset[str],
) -> BoolArray:
    """Return for each tensor (T,) whether the result of its last reader takes over its memory."""
    taken = np.zeros(len(program.made), dtype=bool)
    if program.is_eager:
        return taken
    single = storage.single_roots()[program.source]
    works = program.is_of(in_place) & (program.makes > 0)
    may = works[program.reader] & (single >= 0) & (program.made[single] >= 0)
    (reads,) = np.nonzero(may & (ends[single] == program.reader))
    # A step that makes one tensor takes over the first argument that will do.
    steps, sources, roots = program.reader[reads], program.source[reads], single[reads]
    results = program.first[steps]
    wanted = program.spec[results]
    fits = (program.spec[roots] == wanted) | (program.spec[sources] == wanted)
    fits &= storage.is_held()[results]
    makes_one = program.makes[steps] == 1
    (found,) = np.nonzero(fits & makes_one)
    _, firsts = np.unique(steps[found], return_index=True)
    taken[roots[found[firsts]]] = True
    several = ~makes_one
    for step in dict.fromkeys(steps[several].tolist()):
        here = several & (steps == step)
        _take_over(program, step, sources[here], roots[here], storage, taken)
    return taken


def _take_over(
    program: Program,
    step: int,
    sources: IntArray,
    roots: IntArray,
    storage: Storage,
    taken: BoolArray,
) -> None:
    """Let each result of a step take over an argument."""
    for output in program.outputs_of(step):
        if storage.held(output) != [output]:
            continue
        wanted = program.spec[output]
        for source, root in zip(sources.tolist(), roots.tolist(), strict=True):
            if not taken[root] and wanted in (program.spec[root], program.spec[source]):
                taken[root] = True
                break
