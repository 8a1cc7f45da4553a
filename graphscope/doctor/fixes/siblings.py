"""What the same call gives elsewhere in the program, and this one does not.

Programs repeat themselves: of ten convolutions nine say `padding="same"`, of two branches one
passes the stride on. The odd one out is a good candidate when the shapes disagree.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.records import Frame
from graphscope.doctor.source import SourceFile


@dataclass(frozen=True, slots=True)
class SiblingArgument:
    """A keyword argument that calls of the same function give.

    Attributes:
        name: the parameter.
        text: the source of its value.
        count: how many calls give it so.
        others: how many calls of the function there are besides this one.
        line: of the nearest call that gives it.
    """

    name: str
    text: str
    count: int
    others: int
    line: int


def sibling_arguments(
    case: Case, file: SourceFile, call: ast.Call, frame: Frame | None = None
) -> list[SiblingArgument]:
    """Return the keyword arguments that other calls of the function give, most usual first.

    Args:
        case: the case.
        file: the file of the call.
        call: the call that may lack one.
        frame: a frame that ran the call; values with names that it does not know are left out.
    """
    siblings = _calls_like(case, file, call)
    own = {keyword.arg: file.segment(keyword.value) for keyword in call.keywords}
    found: Counter[tuple[str, str]] = Counter()
    lines: dict[tuple[str, str], int] = {}
    for other_file, other in siblings:
        for keyword in other.keywords:
            text = other_file.segment(keyword.value)
            if keyword.arg is None or own.get(keyword.arg) == text:
                continue
            if frame is not None and not _knows(frame, keyword.value):
                continue
            key = (keyword.arg, text)
            found[key] += 1
            nearest = lines.get(key)
            if nearest is None or abs(other.lineno - call.lineno) < abs(nearest - call.lineno):
                lines[key] = other.lineno
    return [
        SiblingArgument(name, text, count, len(siblings), lines[name, text])
        for (name, text), count in found.most_common()
    ]


def _calls_like(case: Case, file: SourceFile, call: ast.Call) -> list[tuple[SourceFile, ast.Call]]:
    name = _function_name(call)
    return [
        (each, node)
        for each in {id(one): one for one in [file, *case.program.files]}.values()
        for node in ast.walk(each.tree)
        if isinstance(node, ast.Call) and node is not call and _function_name(node) == name
    ]


def _function_name(call: ast.Call) -> str | None:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else None


def _knows(frame: Frame, value: ast.expr) -> bool:
    names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    builtins = frame.globals.get("__builtins__", {})
    known = builtins if isinstance(builtins, dict) else vars(builtins)
    return all(each in frame.locals or each in frame.globals or each in known for each in names)
