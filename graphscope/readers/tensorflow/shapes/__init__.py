"""Which shapes operations compute, where the file leaves that open.

One rule for a type of operations; a type without a rule has the shape that the file states, and
nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphscope.readers.tensorflow.shapes import elementwise, layout, products, selection
from graphscope.readers.tensorflow.shapes.call import (
    MAX_RANK,
    NOT_MADE_FOR,
    Content,
    OpCall,
    Rule,
    Shape,
)
from graphscope.readers.tensorflow.shapes.contents import follow_contents, follow_outputs
from graphscope.readers.tensorflow.shapes.lists import MERGES, Held, follow_list, take_element

__all__ = [
    "MERGES",
    "Content",
    "Held",
    "OpCall",
    "Shape",
    "follow_contents",
    "follow_list",
    "follow_outputs",
    "infer_shapes",
    "take_element",
]

RULES: Mapping[str, Rule] = elementwise.RULES | products.RULES | layout.RULES | selection.RULES


def infer_shapes(call: OpCall) -> Sequence[Shape | None]:
    """Return the shapes of an operation's outputs, as far as a rule tells.

    Raises:
        IncompatibleError: when it cannot take its inputs.
    """
    rule = RULES.get(call.type)
    if rule is None:
        return []
    try:
        found = rule(call)
    except NOT_MADE_FOR:
        return []
    return [None if shape is not None and len(shape) > MAX_RANK else shape for shape in found]
