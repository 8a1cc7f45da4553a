"""The arguments that made a layer: their expressions in the source and where these came from."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Place
from graphscope.doctor.fixes.arguments import find_argument, names_class
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.origins import UNKNOWN, Origin, trace_value
from graphscope.doctor.records import Frame
from graphscope.doctor.source import SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """An argument of the call that made a layer.

    Attributes:
        name: `units`.
        file, call, node: the call and the argument's expression in it.
        frame: the frame that ran the call.
        origin: where its value came from.
    """

    name: str
    file: SourceFile
    call: ast.Call
    node: ast.expr
    frame: Frame
    origin: Origin

    @property
    def place(self) -> Place:
        """The line of the argument."""
        return Place(self.file.path, self.node.lineno)

    @property
    def text(self) -> str:
        """The argument as it is written: `units=n_classes`."""
        return f"{self.name}={' '.join(self.file.segment(self.node).split())}"


def parameter_of(case: Case, instance: Any, name: str) -> Parameter | None:
    """Return an argument that made an object; None when its source does not give it."""
    made = creation_call(case, instance)
    if made is None or not names_class(made[0], made[1], type(instance)):
        return None
    file, call, frame = made
    node = find_argument(call, type(instance), name)
    if node is None:
        return None
    value = getattr(instance, name, None)
    known = value if type(value) is int else UNKNOWN
    return Parameter(name, file, call, node, frame, trace_value(case, node, frame, value=known))


def width_parameter(layer: Any) -> tuple[str, int] | None:
    """Return the parameter that fixes the last axis of a layer's output, with its value."""
    for name in ("units", "filters", "output_dim"):
        value = getattr(layer, name, None)
        if isinstance(value, int):
            return name, value
    return None
