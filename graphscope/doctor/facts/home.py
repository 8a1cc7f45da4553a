"""The call that the user wrote, where the one that failed is a repetition or a part of it.

A functional model runs its layers again inside `fit` or `predict`, far from the line that connected
them; a recurrent layer fails in its cell, a `Bidirectional` in one of its two halves.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.records import CallRecord, Frame, Shape
from graphscope.doctor.source import SourceFile

_CONTAINERS = {"Functional", "Sequential", "Model"}


def bases_of(thing: Any) -> set[str]:
    """Return the names of a thing's classes that Keras defines."""
    return {
        base.__name__
        for base in type(thing).__mro__
        if base.__module__.partition(".")[0] in {"keras", "tf_keras"}
    }


def is_keras_own(operation: Any) -> bool:
    """Whether the class of an operation is Keras's own, and no container of layers."""
    kind = type(operation)
    return kind.__module__.startswith("keras.") and kind.__name__ not in _CONTAINERS


def outermost(call: CallRecord) -> CallRecord:
    """Return the layer of Keras that a call is a part of: the LSTM of a cell, the Bidirectional."""
    while call.parent is not None and is_keras_own(call.parent.operation):
        call = call.parent
    return call


def layers_around(case: Case) -> Iterator[CallRecord]:
    """Yield the failing layer calls, from the outermost of Keras's own to the innermost."""
    call = case.failure.layer_call if case.failure else None
    found: list[CallRecord] = []
    while call is not None:
        found.append(call)
        parent = call.parent
        call = parent if parent is not None and is_keras_own(parent.operation) else None
    yield from reversed(found)


def home_of(case: Case, call: CallRecord) -> CallRecord:
    """Return the call as the user wrote it: with symbolic tensors, where a model was built so."""
    symbolic = [
        each
        for each in case.recording.calls
        if each.operation is call.operation
        and each is not call
        and any(getattr(tensor, "_keras_history", None) for tensor in each.inputs)
        and _fits(each, call)
    ]
    return symbolic[-1] if symbolic else call


def _fits(built: CallRecord, run: CallRecord) -> bool:
    shapes = [spec.shape for spec in built.input_specs], [spec.shape for spec in run.input_specs]
    if len(shapes[0]) != len(shapes[1]):
        return False
    return all(_compatible(one, other) for one, other in zip(*shapes, strict=True))


def _compatible(one: Shape | None, other: Shape | None) -> bool:
    if one is None or other is None:
        return True
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and all(a == b or None in (a, b) for a, b in pairs)


def written_at(case: Case, call: CallRecord) -> tuple[SourceFile, ast.Call, Frame] | None:
    """Return the user's expression that made a call; None for calls without one of their own."""
    if not call.site:
        return None
    found = case.program.call(call.site[0])
    if found is None or not case.program.is_own(found[0].path):
        return None
    return found[0], found[1], call.site[0]


def bound_arguments(call: CallRecord) -> dict[str, Any]:
    """Return what a layer's `call` was given, by the names of its parameters."""
    return _bound(call.operation, call.args, call.kwargs)


def argument_node(call: CallRecord, node: ast.Call, name: str) -> ast.expr | None:
    """Return the expression that a call of a layer gives for a parameter of its `call`."""
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    names = call_parameters(call.operation)
    if name not in names or any(isinstance(each, ast.Starred) for each in node.args):
        return None
    index = names.index(name)
    return node.args[index] if index < len(node.args) else None


def call_parameters(operation: Any) -> list[str]:
    """Return the names of the positional parameters of a layer's `call`."""
    try:
        parameters = inspect.signature(type(operation).call).parameters.values()
    except (AttributeError, TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [each.name for each in parameters if each.kind in kinds][1:]


def _bound(operation: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    named = dict(zip(call_parameters(operation), args, strict=False))
    return {**named, **kwargs}


def revived(frame: Frame, call: CallRecord | None) -> Frame:
    """Return the frame of a `call` method that has ended, with the arguments it was given.

    A graph that fails when it is run names the user's line; the frame is gone by then, and what is
    known of its variables is what the record of the layer's call holds.
    """
    if frame.locals or call is None or frame.code.co_name != "call":
        return frame
    names = frame.code.co_varnames[: frame.code.co_argcount]
    values = {**dict(zip(names[1:], call.args, strict=False)), **call.kwargs}
    return replace(frame, locals={names[0]: call.operation, **values} if names else values)
