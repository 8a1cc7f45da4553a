"""Loops of TensorFlow 1: operations of their own, told by the names that they share.

When a program is lowered to such loops, what was in the body of the loop `model/while` is called
`model/while/body/_1/model/while/MatMul`, and what stands between the body and the loop
`Func/model/while/body/_1/input/_63`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from graphscope.readers.tensorflow import attributes
from graphscope.readers.tensorflow.unfolding.program import Step

_FUNCTION = "Func/"
_INLINED = re.compile(r"^(body|cond)/_\d+/")
_ENTERS = frozenset({"Enter", "RefEnter"})


class LoopFrames:
    """The loops of a graph.

    Args:
        steps: all steps.
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        names = (
            attributes.read_value(step.node.attributes["frame_name"])
            for step in steps
            if step.node.op in _ENTERS and "frame_name" in step.node.attributes
        )
        self.names = {name.strip("/") for name in names if isinstance(name, str)} - {""}

    def plain_name(self, name: str) -> str:
        """Return the name that an operation of a loop had before it was lowered."""
        if not self.names:
            return name
        name = name.removeprefix(_FUNCTION)
        frame = self._find(name)
        if not frame:
            return name
        rest = name[len(frame) + 1 :]
        inlined = _INLINED.match(rest)
        tag = f"{inlined[1]}/" if inlined else ""
        return f"{frame}/{tag}{_without_prefix(rest[inlined.end() if inlined else 0 :], frame)}"

    def _find(self, name: str) -> str:
        """Return the innermost loop that an operation belongs to; empty when there is none."""
        found, position = "", name.find("/")
        while position >= 0:
            if name[:position] in self.names:
                found = name[:position]
            position = name.find("/", position + 1)
        return found


def _without_prefix(name: str, frame: str) -> str:
    """Return a name without the name scopes that it shares with a loop.

    >>> _without_prefix("model/lstm/zeros", "model/lstm/while")
    'zeros'
    """
    parts, outer = name.split("/"), frame.split("/")
    shared = 0
    while shared < min(len(parts) - 1, len(outer)) and parts[shared] == outer[shared]:
        shared += 1
    return "/".join(parts[shared:])
