"""Which variables of a graph only its optimizer keeps: momenta and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable

from graphscope.readers.tensorflow.unfolding.program import Step, Variable

_APPLYING = re.compile(r"^(Resource)?(Sparse)?Apply[A-Z]")
"""Operations that update a variable, their first input, by a gradient and by what they keep."""


def find_kept(steps: Iterable[Step]) -> set[Variable]:
    """Return the variables that operations of an optimizer take beside those that they update."""
    updated: set[Variable] = set()
    kept: set[Variable] = set()
    for step in steps:
        if _APPLYING.match(step.node.op):
            taken = [each if isinstance(each, Variable) else None for each in step.inputs]
            updated.update(filter(None, taken[:1]))
            kept.update(filter(None, taken[1:]))
    return kept - updated
