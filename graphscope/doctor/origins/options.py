"""Options of the command line: their defaults, or what was typed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphscope.doctor.origins.evaluating import same
from graphscope.doctor.origins.origin import UNKNOWN, Origin
from graphscope.doctor.origins.scopes import Scope, called_name
from graphscope.doctor.origins.texts import segment_of
from graphscope.doctor.origins.values import value_of

if TYPE_CHECKING:
    from graphscope.doctor.origins.tracing import Tracer


class Options:
    """Follows `parser.parse_args().name`."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def option(self, scope: Scope, name: str, value: Any) -> Origin | None:
        """An option of an argument parser: its default, or the command line."""
        for call in ast.walk(scope.file.tree):
            if not isinstance(call, ast.Call) or called_name(call) != "add_argument":
                continue
            if _option_name(call) != name:
                continue
            inside = self._scope_of_node(call, scope)
            for keyword in call.keywords:
                if keyword.arg == "default":
                    default = value_of(keyword.value, inside)
                    if value is not UNKNOWN and default is not UNKNOWN and not same(default, value):
                        break
                    causes = (
                        ()
                        if isinstance(keyword.value, ast.Constant)
                        else (self.tracer.trace(keyword.value, inside, (), value),)
                    )
                    if value is UNKNOWN:
                        value = default
                    return self.tracer.origin(
                        "default",
                        keyword.value,
                        inside,
                        value,
                        causes,
                        text=" ".join(segment_of(inside.file, call).split())[:90],
                    )
            text = f"the command line's {_flag(call)}"
            return self.tracer.origin("data", call, inside, value, text=text)
        return None

    def _scope_of_node(self, node: ast.AST, scope: Scope) -> Scope:
        function = scope.file.function_of(node)
        if function is scope.function:
            return scope
        return Scope(self.tracer.case, scope.file, function) if function else scope.module()


def _flag(call: ast.Call) -> str:
    names = [
        each.value
        for each in call.args
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return next((name for name in names if name.startswith("--")), names[0] if names else "")


def _option_name(call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "dest" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return _flag(call).lstrip("-").replace("-", "_")
