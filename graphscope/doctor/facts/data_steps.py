"""The expressions that made data, nearest first, through tuples, dictionaries and pipelines."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_elements import element_of, returned_by
from graphscope.doctor.facts.failing import function_name, one_line
from graphscope.doctor.facts.looking import look, shape_of
from graphscope.doctor.findings import Place
from graphscope.doctor.fixes.names import frames_in
from graphscope.doctor.origins import Origin, trace_data
from graphscope.doctor.records import Frame, Shape, Spec
from graphscope.doctor.source import SourceFile

_MOST = 40
_HOLDING = {"from_tensor_slices", "from_tensors", "zip"}


@dataclass(frozen=True, slots=True, eq=False)
class DataStep:
    """One expression on the way of an array to a model.

    Attributes:
        file, node: the expression.
        frame: a frame that ran it, where one is known.
        origin: what was traced; None for the expression at the call itself.
        is_element: whether it stands in a function that a dataset maps over its elements.
    """

    file: SourceFile
    node: ast.expr
    frame: Frame | None = None
    origin: Origin | None = None
    is_element: bool = False

    @property
    def place(self) -> Place:
        """The line of the expression: of its last call, when it is a chain of several lines."""
        node = self.node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return Place(self.file.path, node.func.end_lineno or node.lineno)
        return Place(self.file.path, node.lineno)

    @property
    def text(self) -> str:
        """The expression in one line."""
        return one_line(self.file.segment(self.node), 70)

    @property
    def shape(self) -> Shape | None:
        """The shape of what the expression gives, where it is known."""
        value = self.origin.value if self.origin is not None else None
        if isinstance(value, Spec):
            return value.shape
        return shape_of(look(self.node, self.frame)) if self.frame is not None else None

    @property
    def statement(self) -> ast.stmt:
        """The statement that the expression stands in."""
        return self.file.statement_of(self.node)

    @property
    def assigned(self) -> str | None:
        """The variable that the expression as a whole is assigned to."""
        statement = self.statement
        if (
            isinstance(statement, ast.Assign)
            and statement.value is self.node
            and len(statement.targets) == 1
            and isinstance(statement.targets[0], ast.Name | ast.Attribute)
        ):
            return self.file.segment(statement.targets[0])
        return None


def steps_of(
    case: Case, file: SourceFile, node: ast.expr, frame: Frame | None, path: tuple[Any, ...] = ()
) -> list[DataStep]:
    """Return the expressions that made data, nearest first.

    Args:
        case: the case.
        file, node, frame: the expression that is handed over.
        path: which part of it is meant: an index, a name, or a pair of both.
    """
    inner = _literal(node, path)
    if inner is not None:
        return steps_of(case, file, inner, frame, path[1:])
    origin = trace_data(case, node, frame, file=file)
    found = _follow(case, origin, path)
    if path:
        return distinct(found)
    own = next((step.origin for step in found if step.node is node), None)
    return distinct([DataStep(file, node, frame, own), *found])


def pipeline(
    case: Case, file: SourceFile, node: ast.expr, frame: Frame | None
) -> list[tuple[SourceFile, ast.Call]]:
    """Return the method calls that a dataset is made of, the last one first."""
    found: dict[int, tuple[SourceFile, ast.Call]] = {}
    current: Origin | None = trace_data(case, node, frame, file=file)
    seen: set[int] = set()
    while current is not None and id(current) not in seen and len(seen) < _MOST:
        seen.add(id(current))
        if isinstance(current.node, ast.Call) and current.file is not None:
            for call in chained(current.node):
                found.setdefault(id(call), (current.file, call))
        current = _behind(current)
    return list(found.values())


def chained(call: ast.Call) -> Iterator[ast.Call]:
    """Yield a call and those whose results it is a method of: of `a.b().c()` first `c`."""
    current: ast.expr = call
    while isinstance(current, ast.Call):
        yield current
        if not isinstance(current.func, ast.Attribute):
            return
        current = current.func.value


def distinct(steps: list[DataStep]) -> list[DataStep]:
    """Return steps without repetitions."""
    return list({id(step.node): step for step in reversed(steps)}.values())[::-1]


def _follow(case: Case, origin: Origin, path: tuple[Any, ...]) -> list[DataStep]:
    steps: list[DataStep] = []
    seen: set[int] = set()
    current: Origin | None = origin
    while current is not None and id(current) not in seen and len(seen) < _MOST:
        seen.add(id(current))
        if path and _name_of(current) == "map":
            steps += _mapped(case, current, path)
        opened = _opened(case, current, path[0]) if path else None
        if opened is not None:
            path = path[1:]
            element, current = opened
            if not path:
                steps += [_at_element(case, current, *element), *_step(case, current)]
            continue
        if not path:
            steps += _step(case, current)
        current = _behind(current)
    return steps if not path or any(step.is_element for step in steps) else []


def _behind(origin: Origin) -> Origin | None:
    if origin.is_source:
        return None
    data = [each for each in origin.causes if each.is_data]
    return next(iter([*data, *origin.causes[:1]]), None)


def _step(case: Case, origin: Origin) -> list[DataStep]:
    if origin.file is None or not isinstance(origin.node, ast.expr):
        return []
    frame = next((found for found, _ in frames_in(case, origin.file, origin.node)), None)
    return [DataStep(origin.file, origin.node, frame, origin)]


def _name_of(origin: Origin) -> str:
    return function_name(origin.node) if isinstance(origin.node, ast.Call) else ""


def _literal(node: ast.expr, path: tuple[Any, ...]) -> ast.expr | None:
    return element_of(node, path[0]) if path else None


def _opened(
    case: Case, origin: Origin, key: Any
) -> tuple[tuple[SourceFile, ast.expr], Origin] | None:
    """Return the expression of one part where a structure is written out, and its origin."""
    holder, node = origin, origin.node
    if isinstance(node, ast.Call) and function_name(node) in _HOLDING and len(node.args) == 1:
        node = node.args[0]
        holder = next((each for each in islice(origin.walk(), 9) if each.node is node), origin)
    element = element_of(node, key)
    if element is None or origin.file is None:
        return None
    at = origin.file, element
    for cause in (deep for each in (holder, origin) for deep in _near(each)):
        if cause.node is element:
            return at, cause
    position = _position(node, element)
    data = [each for each in holder.causes if each.is_data or each.kind == "call"]
    if position is not None and position < len(data) == _length(node):
        return at, data[position]
    frame = next((found for found, _ in frames_in(case, origin.file, element)), None)
    return at, trace_data(case, element, frame, file=origin.file)


def _near(origin: Origin) -> Iterator[Origin]:
    for each in origin.causes:
        yield each
        yield from each.causes


def _at_element(case: Case, origin: Origin, file: SourceFile, node: ast.expr) -> DataStep:
    frame = next((found for found, _ in frames_in(case, file, node)), None)
    return DataStep(file, node, frame, origin)


def _position(node: ast.AST | None, element: ast.expr) -> int | None:
    return next((i for i, each in enumerate(_elements(node)) if each is element), None)


def _elements(node: ast.AST | None) -> list[ast.expr]:
    if isinstance(node, ast.Tuple | ast.List):
        return node.elts
    return node.values if isinstance(node, ast.Dict) else []


def _length(node: ast.AST | None) -> int:
    return len(_elements(node))


def _mapped(case: Case, origin: Origin, path: tuple[Any, ...]) -> list[DataStep]:
    """Return the expressions for a part of an element inside the function of a `map`."""
    for file, function in _functions_of(origin):
        for returned in returned_by(function):
            element = element_of(returned, path[0]) or returned
            if len(path) > 1:
                element = element_of(element, path[1]) or element
            parameters = {each.arg for each in function.args.args}
            if isinstance(element, ast.Tuple | ast.Dict):
                continue
            if _hands_on(function, element, parameters):
                continue
            origin_of = trace_data(case, element, None, file=file)
            steps = [DataStep(file, element, None, None, is_element=True)]
            for each in _follow(case, origin_of, ()):
                if each.file is file and _inside(each, function):
                    steps.append(DataStep(file, each.node, None, each.origin, is_element=True))
            return steps
    return []


def _hands_on(function: ast.AST, element: ast.expr, parameters: set[str]) -> bool:
    """Whether what a function returns is one of its parameters as it was."""
    if not isinstance(element, ast.Name) or element.id not in parameters:
        return False
    return not _reassigned(function, element.id)


def _inside(step: DataStep, function: ast.AST) -> bool:
    return function in step.file.ancestors(step.node)


def _reassigned(function: ast.AST, name: str) -> bool:
    return any(
        isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and each.id == name
        for each in ast.walk(function)
    )


def _functions_of(
    origin: Origin,
) -> Iterator[tuple[SourceFile, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]]:
    assert isinstance(origin.node, ast.Call)
    given = origin.node.args[0] if origin.node.args else None
    if isinstance(given, ast.Lambda) and origin.file is not None:
        yield origin.file, given
        return
    for step in origin.walk():
        if isinstance(step.node, ast.FunctionDef | ast.Lambda) and step.file is not None:
            yield step.file, step.node
            return
    if isinstance(given, ast.Name) and origin.file is not None:
        for function in origin.file.functions(given.id):
            yield origin.file, function
            return
