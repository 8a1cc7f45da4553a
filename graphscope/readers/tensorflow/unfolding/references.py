"""How definitions refer to tensors: by the name of an operation and the place of an output."""

from __future__ import annotations

import re
from typing import NamedTuple

_LARGEST = 1 << 16
_ADDED_IDENTITY = re.compile(r"^Identity(_\d+)?$")
"""TensorFlow copies what a function returns when it writes the function down."""
_INLINED_IDENTITY = re.compile(r"^Func/.*/(input|output)/_\d+$")
"""It copies what a function takes and returns when it puts the function in place of its call."""


class Reference(NamedTuple):
    """A tensor, as an operation names it among its inputs.

    Attributes:
        node: name of the operation, or of an argument of the function around it.
        output: name of the output, in functions; empty in graphs.
        place: place in that output.
    """

    node: str
    output: str
    place: int


def parse_reference(text: str) -> Reference:
    """Return a reference from `node`, `node:1` or, inside functions, `node:output:1`.

    >>> parse_reference("split:output:1")
    Reference(node='split', output='output', place=1)
    """
    if ":" not in text:
        return Reference(text, "", 0)
    node, _, last = text.rpartition(":")
    if not last.isdecimal():
        return Reference(node, last, 0)
    index = int(last) if len(last) < 6 else _LARGEST
    inner, colon, output = node.rpartition(":")
    return Reference(inner, output, index) if colon else Reference(node, "", index)


def is_control(text: str) -> bool:
    """Whether a reference means an operation that must run before, and no tensor."""
    return text.startswith("^")


def referred_node(text: str) -> str:
    """Return the name of the operation that a reference means.

    >>> referred_node("^init"), referred_node("split:output:1"), referred_node("x:0")
    ('init', 'split', 'x')
    """
    return text[1:] if text.startswith("^") else text.partition(":")[0]


def is_added_copy(name: str, own: str, *, is_returned: bool) -> bool:
    """Whether TensorFlow itself added an operation that only hands a tensor on.

    Args:
        name: what the operation is called.
        own: the same without the name of the call around it.
        is_returned: whether the function around it returns it.
    """
    is_added = is_returned and _ADDED_IDENTITY.match(own) is not None
    return is_added or _INLINED_IDENTITY.match(name) is not None
