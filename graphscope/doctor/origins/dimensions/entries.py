"""Where sizes enter: `Input`, `input_shape=`, `build`, and the data that a call was given."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphscope.doctor.findings import Place
from graphscope.doctor.origins.arguments import find_argument
from graphscope.doctor.origins.dimensions.step import Step
from graphscope.doctor.origins.evaluating import as_spec, follow
from graphscope.doctor.origins.making import argument_origin, making_of
from graphscope.doctor.origins.members import Making
from graphscope.doctor.origins.origin import Origin
from graphscope.doctor.origins.scopes import called_name, scope_of
from graphscope.doctor.origins.texts import place_of, text_of
from graphscope.doctor.origins.values import value_of
from graphscope.doctor.records import CallRecord, Site, Spec
from graphscope.doctor.source.definitions import Path

if TYPE_CHECKING:
    from graphscope.doctor.origins.dimensions.engine import Dimensions

_INPUT = ["shape", "batch_size", "dtype", "sparse", "batch_shape", "name", "tensor"]
_TAKING_DATA = {
    "fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch",
}  # fmt: skip


def of_entry(step: Step) -> Origin:
    """Return the origin of an axis of a model's input."""
    making = making_of(step.engine.tracer, step.operation)
    if making is None:
        return _of_first_layer(step) or step.whole()
    name = called_name(making[0])
    if name in {"Input", "InputLayer"}:
        return _of_input_call(step, making)
    return _of_first_layer(step) or _of_building(step, making)


def _of_input_call(step: Step, making: Making) -> Origin:
    call, scope = making
    for name, part in (("batch_shape", step.axis), ("shape", step.axis - 1)):
        found = find_argument(call, _INPUT, name) if part >= 0 else None
        if found is not None:
            return _part(step, making, found[0], name, part)
    found = find_argument(call, _INPUT, "batch_size")
    if step.axis == 0 and found is not None:
        return _part(step, making, found[0], "batch_size", None)
    return step.engine.tracer.origin("call", call, scope, step.size)


def _part(step: Step, making: Making, argument: ast.expr, name: str, part: int | None) -> Origin:
    call, scope = making
    path = () if part is None else (("item", part),)
    held = value_of(argument, scope)
    if isinstance(held, int):
        path = ()
    cause = step.engine.tracer.trace(argument, scope, path, step.size)  # type: ignore[arg-type]
    text = f"{called_name(call)}({name}={text_of(scope.file, argument)})"
    place = place_of(scope.file, argument)
    return Origin("call", text, place, step.size, scope.file, argument, (cause,))


def _of_first_layer(step: Step) -> Origin | None:
    """`input_shape=` (or the like) of the layer that comes first in a Sequential model."""
    for node in getattr(step.operation, "_outbound_nodes", ()):
        layer = node.operation
        for name, part in (
            ("input_shape", step.axis - 1),
            ("batch_input_shape", step.axis),
            ("input_dim", None),
            ("input_length", None),
        ):
            making = making_of(step.engine.tracer, layer)
            if making is None:
                return None
            given = any(keyword.arg == name for keyword in making[0].keywords)
            if given and (part is None or part >= 0):
                return argument_origin(step.engine.tracer, layer, name, part=part, value=step.size)
    return None


def _of_building(step: Step, making: Making) -> Origin:
    """A model that was built by the first data it saw, or by `build(shape)`."""
    call, scope = making
    tracer = step.engine.tracer
    if called_name(call) == "build" and call.args:
        return _part(step, making, call.args[0], "input_shape", step.axis)
    if called_name(call) in _TAKING_DATA or call.args:
        argument = call.args[0] if call.args else None
        for keyword in call.keywords:
            argument = keyword.value if keyword.arg == "x" else argument
        held = as_spec(value_of(argument, scope))
        fits = isinstance(held, Spec) and held.shape and len(held.shape) == step.rank
        if argument is not None and (fits or called_name(call) in _TAKING_DATA):
            return _of_argument(tracer, scope, argument, held, step.axis, step.size)
    return step.whole()


def of_data(engine: Dimensions, call: CallRecord, tensor: Any, axis: int) -> Origin:
    """Return the origin of an axis of data that came from outside of all layers."""
    boundary, spec = call.boundary, as_spec(tensor)
    size = spec.shape[axis] if isinstance(spec, Spec) and spec.shape else None
    site: Site = boundary.site if boundary is not None else call.site
    scope = scope_of(engine.case, site)
    if scope is None or not isinstance(scope.at, ast.Call):
        return _of_expression(engine, call, size)
    found = find_argument(scope.at, ["x"], "x")
    if found is None or (boundary is None and len(scope.at.args) != 1):
        return _of_expression(engine, call, size)
    argument, path = found
    held = as_spec(follow(value_of(argument, scope), path))
    if len(call.inputs) > 1 or not isinstance(held, Spec):
        inner = _entry_of(call, tensor, held)
        path = (*path, *inner)
        held = as_spec(follow(held, inner))
    return _of_argument(engine.tracer, scope, argument, held, axis, size, path)


def _entry_of(call: CallRecord, tensor: Any, held: Any) -> Path:
    """The element or key under which one of several inputs is given."""
    index = next((i for i, each in enumerate(call.inputs) if each is tensor), 0)
    if isinstance(held, dict):
        names = list(getattr(call.operation, "input_names", None) or held)
        key = names[index] if index < len(names) else None
        return (("item", key),) if key in held else ()
    if isinstance(held, tuple | list) and len(held) == len(call.inputs):
        return (("item", index),)
    return ()


def _of_argument(
    tracer: Any,
    scope: Any,
    argument: ast.expr,
    held: Any,
    axis: int,
    size: int | None,
    path: Path = (),
) -> Origin:
    cause = tracer.trace(argument, scope, path, held)
    text = text_of(scope.file, argument)
    if path:
        text = f"{text}[{path[-1][1]!r}]"
    if isinstance(held, Spec):
        text = f"axis {axis} of {text} {held}"
    return Origin(
        "data", text, place_of(scope.file, argument), size, scope.file, argument, (cause,)
    )


def _of_expression(engine: Dimensions, call: CallRecord, size: int | None) -> Origin:
    """What a call inside a `call` method was given, as the source says."""
    scope = scope_of(engine.case, call.site)
    if scope is None or not isinstance(scope.at, ast.Call) or not scope.at.args:
        return Origin("data", f"what {call.class_name} was given", _place(call), size)
    argument = scope.at.args[0]
    cause = engine.tracer.trace(argument, scope)
    text = text_of(scope.file, argument)
    return Origin(
        "data", text, place_of(scope.file, argument), size, scope.file, argument, (cause,)
    )


def _place(call: CallRecord) -> Place | None:
    if not call.site:
        return None
    return Place(call.site[0].position.file, call.site[0].position.line)
