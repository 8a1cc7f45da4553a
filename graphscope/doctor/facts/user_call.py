"""The user's own calls along a traceback: what is called, and with which expressions."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.findings import Place
from graphscope.doctor.fixes.arguments import parameter_names
from graphscope.doctor.origins import UNKNOWN
from graphscope.doctor.records import Frame
from graphscope.doctor.source import SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class UserCall:
    """A call in the user's source that was being executed when the program failed.

    Attributes:
        case: the case.
        frame: the user's frame, live.
        file: its file.
        node: the call.
        function: what is called; UNKNOWN when it cannot be told.
    """

    case: Case
    frame: Frame
    file: SourceFile
    node: ast.Call
    function: Any

    @property
    def place(self) -> Place:
        """The line of the call's last name: where its arguments begin."""
        return Place(self.file.path, self.node.func.end_lineno or self.node.lineno)

    @property
    def name(self) -> str:
        """What is called, as it is written, without what stands before the last dot."""
        function = self.node.func
        while isinstance(function, ast.Call | ast.Subscript):
            function = function.func if isinstance(function, ast.Call) else function.value
        return self.file.segment(function).rpartition(".")[2]

    @property
    def is_own(self) -> bool:
        """Whether a fix may edit the file."""
        return self.case.program.is_own(self.file.path)

    @property
    def owner(self) -> Any:
        """The object whose method is called, or the module; UNKNOWN for plain names."""
        if isinstance(self.node.func, ast.Attribute):
            return live_value(self.case, self.node.func.value, self.frame)
        return UNKNOWN

    def value(self, node: ast.AST | None) -> Any:
        """Return the value of an expression of the call."""
        return live_value(self.case, node, self.frame)

    def arguments(self) -> Iterator[tuple[str, ast.expr]]:
        """Yield each argument with the name of the parameter it goes to; empty when unknown."""
        names = [] if self.function is UNKNOWN else parameter_names(self.function)
        for index, each in enumerate(self.node.args):
            if isinstance(each, ast.Starred):
                yield "", each.value
                names = []
            else:
                yield names[index] if index < len(names) else "", each
        for keyword in self.node.keywords:
            yield keyword.arg or "", keyword.value

    def parts(self) -> Iterator[tuple[str, ast.expr]]:
        """Yield all argument expressions, those of lists, tuples and dictionaries one by one."""
        for name, node in self.arguments():
            for part in _parts(node):
                yield name, part

    def node_of(self, thing: Any) -> ast.expr | None:
        """Return the argument expression, or the part of one, that is a given object."""
        for _, part in self.parts():
            if self.value(part) is thing or self._makes(part, thing):
                return part
        return None

    def _makes(self, node: ast.expr, thing: Any) -> bool:
        creation = self.case.recording.creation_of(thing)
        if creation is None or not isinstance(node, ast.Call):
            return False
        return any(
            (found := self.case.program.call(frame)) is not None and found[1] is node
            for frame in creation.site
        )


def user_calls(case: Case) -> Iterator[UserCall]:
    """Yield the calls that led to the failure, innermost first."""
    for frame in case.failure.site if case.failure else ():
        found = case.program.call(frame)
        if found is not None:
            file, node = found
            yield UserCall(case, frame, file, node, live_value(case, node.func, frame))


def innermost_call(case: Case) -> UserCall | None:
    """Return the call that the user's innermost frame was executing, if it was one."""
    call = next(user_calls(case), None)
    innermost = case.failure.site[0] if case.failure and case.failure.site else None
    return call if call is not None and call.frame is innermost else None


def required_names(function: Any) -> list[str]:
    """Return the parameters that must be given, without `self`; empty when unknown."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [e.name for e in parameters if e.default is e.empty and e.kind not in kinds]


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.List | ast.Tuple):
        for each in node.elts:
            yield from _parts(each)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _parts(value)
    elif isinstance(node, ast.Starred):
        yield from _parts(node.value)
    else:
        yield node
