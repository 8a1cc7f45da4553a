"""One part of data, followed back: through tuples, dictionaries, datasets and their functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Place
from graphscope.doctor.origins import Origin, trace_data
from graphscope.doctor.records import Frame, Spec
from graphscope.doctor.source import SourceFile

_STEPS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One expression that the targets were computed with.

    Attributes:
        file, node: the expression.
        frame: a frame that ran it, where one is known.
        origin: where its value came from, as far as it was traced.
    """

    file: SourceFile
    node: ast.expr
    frame: Frame | None
    origin: Origin | None = None

    @property
    def place(self) -> Place:
        """The line of the expression."""
        return Place(self.file.path, self.node.lineno)

    @property
    def text(self) -> str:
        """The expression in one line, cut at a length."""
        words = " ".join(self.file.segment(self.node).split())
        return words if len(words) <= 70 else words[:67] + "..."


def steps_of_part(case: Case, origin: Origin, keys: tuple[Any, ...], rank: int) -> list[Step]:
    """Return the steps of one part of data, once the structure it stands in was opened.

    Args:
        case: the case.
        origin: of the structure.
        keys: which part: of each level an index, a name, or both.
        rank: of the part; tells which of several arrays leads on.
    """
    steps: list[Step] = []
    seen: set[int] = set()
    current: Origin | None = origin
    for _ in range(_STEPS):
        if current is None or id(current) in seen:
            break
        seen.add(id(current))
        if keys and (found := _mapped(case, current, keys, rank)) is not None:
            inner, passes = found
            if not passes:
                return [*steps, *inner]
        part = _opened(case, current, keys[0]) if keys else None
        if part is not None:
            keys = keys[1:]
            steps += _as_steps(part)
            current = part
            continue
        if not keys:
            steps += _as_steps(current)
        current = _behind(current, rank)
    return _distinct(steps) if not keys else []


def _behind(origin: Origin, rank: int) -> Origin | None:
    """Return what an array was computed from; of several arrays one of the part's own rank."""
    if origin.is_source:
        return None
    data = [each for each in origin.causes if each.is_data]
    if len(data) > 1:
        data.sort(key=lambda each: _rank_of(each) != rank)
    following = data or list(origin.causes[:1])
    return following[0] if following else None


def _rank_of(origin: Origin) -> int | None:
    for _ in range(4):
        if isinstance(origin.value, Spec) and origin.value.shape is not None:
            return len(origin.value.shape)
        if not origin.causes:
            break
        origin = origin.causes[0]
    return None


def _as_steps(origin: Origin) -> list[Step]:
    if origin.file is None or not isinstance(origin.node, ast.expr):
        return []
    return [Step(origin.file, origin.node, None, origin)]


def _distinct(steps: list[Step]) -> list[Step]:
    return list({id(step.node): step for step in steps}.values())


def _opened(case: Case, origin: Origin, key: Any) -> Origin | None:
    """Return the part of a tuple, list or dictionary that is written out at a step."""
    node = origin.node
    if isinstance(node, ast.Call) and _name(node) in {"from_tensor_slices", "zip", "from_tensors"}:
        node = node.args[0] if len(node.args) == 1 else node
    element = element_of(node, key)
    if element is None or origin.file is None:
        return None
    for cause in [deep for each in origin.causes for deep in (each, *each.causes)]:
        if cause.node is element:
            return cause
    named = [
        cause
        for cause in origin.causes
        if isinstance(element, ast.Name) and cause.text.split(" ")[0].rstrip(",") == element.id
    ]
    if named:
        return named[0]
    return trace_data(case, element, None, file=origin.file)


def element_of(node: ast.AST | None, key: Any) -> ast.expr | None:
    """Return an element of a literal structure, by an index, a name, or a pair of both."""
    names, indexes = _wanted(key)
    if isinstance(node, ast.Tuple | ast.List):
        if any(isinstance(each, ast.Starred) for each in node.elts):
            return None
        return next((node.elts[i] for i in indexes if 0 <= i < len(node.elts)), None)
    if isinstance(node, ast.Dict):
        for name, value in zip(node.keys, node.values, strict=True):
            if isinstance(name, ast.Constant) and name.value in names:
                return value
    if isinstance(node, ast.Call) and _name(node) == "dict":
        return next((each.value for each in node.keywords if each.arg in names), None)
    return None


def _wanted(key: Any) -> tuple[list[str], list[int]]:
    parts = key if isinstance(key, tuple) else (key,)
    return (
        [each for each in parts if isinstance(each, str)],
        [each for each in parts if isinstance(each, int)],
    )


def _mapped(
    case: Case, origin: Origin, keys: tuple[Any, ...], rank: int
) -> tuple[list[Step], bool] | None:
    """Return the steps inside a function that a dataset was mapped with.

    The second part of the answer says whether the function only hands the part on.
    """
    node = origin.node
    if not (isinstance(node, ast.Call) and _name(node) == "map" and isinstance(keys[0], int)):
        return None
    for function, file in _functions_of(origin):
        for returned in _returned(function):
            element = element_of(returned, keys[0])
            if element is None:
                continue
            if isinstance(element, ast.Name) and element.id in _parameters(function):
                return [], True
            part = trace_data(case, element, None, file=file)
            return [Step(file, element, None), *steps_of_part(case, part, keys[1:], rank)], False
    return None


def _functions_of(origin: Origin) -> Iterator[tuple[Any, SourceFile]]:
    assert isinstance(origin.node, ast.Call)
    given = origin.node.args[0] if origin.node.args else None
    if isinstance(given, ast.Lambda) and origin.file is not None:
        yield given, origin.file
    for step in origin.walk():
        if isinstance(step.node, ast.FunctionDef | ast.Lambda) and step.file is not None:
            yield step.node, step.file
            return


def _returned(function: Any) -> Iterator[ast.expr]:
    if isinstance(function, ast.Lambda):
        yield function.body
        return
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value


def _parameters(function: Any) -> set[str]:
    return {each.arg for each in function.args.args}


def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
