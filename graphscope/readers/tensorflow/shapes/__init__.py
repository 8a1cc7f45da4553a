"""Which shapes operations compute, where the file leaves that open.

One rule for a type of operations; a type without a rule has the shape that the file states, and
nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphscope.readers.tensorflow.shapes import elementwise, layout, products, quantized, selection
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

_DATASETS = ("Dataset", "DatasetV2", "DatasetV3", "DatasetV4")

RULES: Mapping[str, Rule] = (
    elementwise.RULES | products.RULES | layout.RULES | selection.RULES | quantized.RULES
)


def infer_shapes(call: OpCall) -> Sequence[Shape | None]:
    """Return the shapes of an operation's outputs, as far as a rule tells.

    Raises:
        IncompatibleError: when it cannot take its inputs.
    """
    rule = RULES.get(call.type)
    if rule is None:
        return [()] if _is_handle(call) else []
    try:
        found = rule(call)
    except NOT_MADE_FOR:
        return []
    return [None if shape is not None and len(shape) > MAX_RANK else shape for shape in found]


def _is_handle(call: OpCall) -> bool:
    """Whether an operation makes the one handle of a queue, an iterator or a data set."""
    return tuple(call.made) == ("resource",) or call.type.endswith(_DATASETS)
