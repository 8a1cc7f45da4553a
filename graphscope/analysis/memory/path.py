"""Where gradients flow, and what is kept for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphscope.analysis.memory import traits
from graphscope.analysis.memory.arrays import IntArray, to_array, to_mask
from graphscope.analysis.memory.program import Program

_DIFFERENTIABLE = ("float", "bfloat", "complex", "half", "variant")
"""What may have a gradient: numbers with a fraction, or lists of tensors."""

_NO_CLASS = "?"
"""Stands for the class of a layer that its file does not name."""


@dataclass(frozen=True, slots=True)
class Path:
    """Which tensors have a gradient, and which steps it flows through."""

    tensors: frozenset[int]
    steps: frozenset[int]


def find_path(program: Program, trainable: frozenset[str]) -> Path:
    """Return what depends on trainable weights: there gradients flow.

    Args:
        program: the steps of the forward pass.
        trainable: ids of the weights that are trained.
    """
    trains: list[bool] = program.reads_one_of(trainable).tolist()
    may_flow = [spec.dtype.startswith(_DIFFERENTIABLE) for spec in program.specs]
    may_flow_out: list[bool] = np.asarray(may_flow, dtype=bool)[program.spec].tolist()
    sources = program.all_sources()
    tensors: set[int] = set()
    steps: set[int] = set()
    # What a loop hands to its next trip is made after it is read: look again until nothing is new.
    known, is_new = 0, any(trains)
    while is_new:
        for step, (is_trained, taken) in enumerate(zip(trains, sources, strict=True)):
            if not is_trained and tensors.isdisjoint(taken):
                continue
            made = [each for each in program.outputs_of(step) if may_flow_out[each]]
            if made:
                steps.add(step)
                tensors.update(made)
        is_new = bool(program.next_trips) and known != len(tensors)
        known = len(tensors)
    return Path(frozenset(tensors), frozenset(steps))


def find_assumed(program: Program, path: Path) -> tuple[str, ...]:
    """Return types of which it is not known what their gradient needs, sorted."""
    found = {program.type_of(step) for step in program.assumed & path.steps}
    types = {program.types[place] for place in np.unique(program.type[to_array(path.steps)])}
    found |= {type_ for type_ in types if not traits.is_known(type_)}
    return tuple(sorted(type_ or _NO_CLASS for type_ in found))


def find_needs(
    program: Program, path: Path, trainable: frozenset[str]
) -> tuple[IntArray, IntArray]:
    """Return what gradients need, as two arrays of one length: steps of the path, and a tensor
    that the gradient of each needs.
    """
    kinds = np.asarray([_needed_by(type_) for type_ in program.types], dtype=bool).reshape(-1, 4)
    takes, makes, multiplies, selects = kinds[program.type].T
    on_path = to_mask(path.steps, len(program))
    differentiable = to_mask(path.tensors, program.tensor_count)
    # What is read, input by input.
    readers, sources = program.reader, program.source
    varies = differentiable[sources]
    factors = np.bincount(readers[varies], minlength=len(program))
    trains = program.reads_one_of(trainable)
    needed = (
        takes[readers]
        | (selects[readers] & ~varies)
        # The gradient of one factor needs the others.
        | (multiplies[readers] & (trains[readers] | (factors[readers] - varies > 0)))
    )
    # Of products in loops some factors arrive from the trip before.
    looped = [step for step in program.next_trips if on_path[step] and multiplies[step]]
    needed &= on_path[readers] & ~to_mask(looped, len(program))[readers]
    (made,) = np.nonzero(program.made >= 0)
    makers = program.made[made]
    results = makes[makers] & on_path[makers]
    late = [
        (step, tensor)
        for step in looped
        for tensor in _other_factors(program.sources_of(step), path, trains=bool(trains[step]))
    ]
    steps = [readers[needed], makers[results], to_array(step for step, _ in late)]
    tensors = [sources[needed], made[results], to_array(tensor for _, tensor in late)]
    return np.concatenate(steps), np.concatenate(tensors)


def _needed_by(type_: str) -> tuple[bool, bool, bool, bool]:
    """Return whether the gradient of a type of step needs all that it takes; what it makes; the
    other factors; the arguments without a gradient.
    """
    if type_ in traits.PRODUCTS:
        return False, False, True, False
    if type_ in traits.BY_SELECTOR:
        # The selector is the one argument without a gradient.
        return False, False, False, True
    if type_ in traits.BOTH or type_ in traits.BY_ARGUMENT:
        return True, type_ in traits.WINDOW_MAXIMA, False, False
    if type_ in traits.BY_RESULT:
        return False, True, False, False
    if type_ in traits.NOTHING_KEPT:
        return False, False, False, False
    return True, True, False, False


def _other_factors(sources: list[int], path: Path, *, trains: bool) -> list[int]:
    factors = sum(source in path.tensors for source in sources)
    return [source for source in sources if trains or factors - (source in path.tensors) > 0]
