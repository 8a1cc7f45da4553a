"""The user's expression that failed, and who refused it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.looking import MISSING, look, shape_of
from graphscope.doctor.findings import Place
from graphscope.doctor.records import Frame
from graphscope.doctor.source import SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class Failing:
    """What the user's innermost frame was executing when the program failed.

    Attributes:
        case: the case.
        file: the file.
        node: the expression or statement.
        frame: the live frame.
        outer: the statement of the same file that called the function around, where there is no
            frame that says so.
    """

    case: Case
    file: SourceFile
    node: ast.expr | ast.stmt
    frame: Frame
    outer: ast.stmt | None = None

    @property
    def place(self) -> Place:
        """The line of the expression."""
        return Place(self.file.path, self.node.lineno)

    @property
    def text(self) -> str:
        """The expression's source in one line."""
        return one_line(self.file.segment(self.node))

    def look(self, node: ast.expr | None) -> Any:
        """Return what an expression stands for; MISSING when it cannot be told."""
        return look(node, self.frame)

    def source(self, node: ast.AST) -> str:
        """Return the text of a node in one line."""
        return one_line(self.file.segment(node))


def failing(case: Case) -> Failing | None:
    """Return the user's expression that failed; None when it is not to be seen."""
    if case.failure is None or not case.failure.site:
        return None
    frame = case.failure.site[0]
    found = case.program.node(frame)
    return Failing(case, found[0], found[1], frame) if found else None


def raised_by(case: Case) -> str:
    """Return the top package whose Python code raised; `user` for the program itself.

    What C code raises (NumPy's arrays, Python's own operators) counts as raised by its caller.
    """
    frame = last_frame(case)
    if frame is None:
        return "user"
    innermost = case.failure.site[0].code if case.failure and case.failure.site else None
    if frame.f_code is innermost:
        return "user"
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def last_frame(case: Case) -> FrameType | None:
    """Return the frame in which the exception was raised."""
    entry = case.failure.traceback if case.failure else None
    while entry is not None and entry.tb_next is not None:
        entry = entry.tb_next
    return entry.tb_frame if entry else None


def function_name(call: ast.Call) -> str:
    """Return the last name of what is called: `concatenate` of `np.concatenate(...)`."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def module_of(failing_: Failing, call: ast.Call) -> str:
    """Return the top package of a called function: `numpy`; empty for methods and the user's."""
    function = failing_.look(call.func)
    if function is MISSING and isinstance(call.func, ast.Attribute):
        owner = failing_.look(call.func.value)
        function = getattr(owner, call.func.attr, None) if hasattr(owner, "__path__") else None
    module = getattr(function, "__module__", None) or ""
    if not module and type(function).__name__ == "ufunc":
        return "numpy"
    return str(module).partition(".")[0]


def named_arrays(failing_: Failing, node: ast.AST) -> list[tuple[str, tuple[int | None, ...]]]:
    """Return the names and attributes in an expression that hold arrays, with their shapes."""
    found: dict[str, tuple[int | None, ...]] = {}
    for part in _outermost(node):
        shape = shape_of(failing_.look(part))
        if shape is not None:
            found.setdefault(failing_.source(part), shape)
    return list(found.items())


def _outermost(node: ast.AST) -> Iterator[ast.expr]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Attribute | ast.Subscript):
            yield part


def one_line(text: str, limit: int = 90) -> str:
    """Return a text in one line, cut at a length."""
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: limit - 3] + "..."
