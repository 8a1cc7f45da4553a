"""Which argument or which input fixed an axis of a weight."""

from __future__ import annotations

import ast
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.origins.arguments import find_argument
from graphscope.doctor.origins.dimensions import Dimensions
from graphscope.doctor.origins.dimensions.step import Step
from graphscope.doctor.origins.members import making_of_site
from graphscope.doctor.origins.origin import Origin, unknown
from graphscope.doctor.origins.producers import class_names, shape_of
from graphscope.doctor.origins.resolving import class_of_value
from graphscope.doctor.origins.scopes import Scope, called_name
from graphscope.doctor.origins.texts import place_of, text_of
from graphscope.doctor.origins.tracing import Tracer
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.program import Function

_ADD_WEIGHT = ["shape", "initializer", "dtype", "trainable", "name"]
_OUTPUT_ARGUMENTS = ("units", "filters", "output_dim")


def weight_dimension(  # noqa: PLR0911 - one answer for each kind of axis
    case: Case, variable: Any, axis: int
) -> Origin:
    """Return where an axis of a variable came from."""
    layer = _owner(case, variable)
    if layer is None:
        return unknown("no recorded layer holds the weight")
    shape = tuple(variable.shape)
    axis %= max(len(shape), 1)
    tracer = Tracer(case)
    written = _add_weight(tracer, layer, variable, axis)
    if written is not None:
        return written
    call = next((each for each in case.recording.calls if each.operation is layer), None)
    name = next((each for each in _OUTPUT_ARGUMENTS if hasattr(layer, each)), None)
    step = _step(case, tracer, layer, call, shape, axis)
    if class_names(layer) & {"Embedding"} and axis == 0:
        return step.argument("input_dim")
    if name is not None and axis == len(shape) - 1:
        return step.argument(name)
    if axis < len(shape) - 2 and hasattr(layer, "kernel_size"):
        return step.argument("kernel_size", part=axis, value=shape[axis])
    if call is not None and call.inputs:
        size = shape_of(call.inputs[0]) or ()
        if size and size[-1] == shape[axis]:
            return step.input(-1)
    return step.whole()


def _step(
    case: Case, tracer: Tracer, layer: Any, call: CallRecord | None, shape: Any, axis: int
) -> Step:
    call = call or CallRecord(
        layer, type(layer).__name__, str(layer.name), True, (), {}, [], [], (), None
    )
    return Step(Dimensions(case, tracer), call, layer, 0, axis, shape)


def _owner(case: Case, variable: Any) -> Any:
    for creation in case.recording.creations:
        own = [
            *(getattr(creation.instance, "_trainable_variables", None) or ()),
            *(getattr(creation.instance, "_non_trainable_variables", None) or ()),
        ]
        if any(each is variable for each in own):
            return creation.instance
    return None


def _add_weight(tracer: Tracer, layer: Any, variable: Any, axis: int) -> Origin | None:
    """The `add_weight(shape=...)` of a layer of the user's."""
    from graphscope.doctor.origins.scopes import all_sites, module_scope, scope_of

    main = tracer.case.program.file(tracer.case.program.main)
    cls = class_of_value(layer, module_scope(tracer.case, main)) if main else None
    if cls is None:
        return None
    candidates = [
        node
        for node in ast.walk(cls.node)
        if isinstance(node, ast.Call) and called_name(node) == "add_weight"
    ]
    named = [node for node in candidates if _name_of(node) == variable.name]
    for call in named or candidates[:1]:
        found = find_argument(call, _ADD_WEIGHT, "shape")
        if found is None:
            continue
        function = cls.file.function_of(call)
        scope = next(
            (
                inner
                for site in all_sites(tracer.case)
                for index, frame in enumerate(site)
                if frame.position.file == cls.file.path
                and (inner := scope_of(tracer.case, site[index:])) is not None
                and inner.function is function
                and inner.object is layer
            ),
            _forgotten(tracer.case, cls.file, function, layer),
        )
        size = variable.shape[axis]
        cause = tracer.trace(found[0], scope, (("item", axis),), size)
        text = f"add_weight(shape={text_of(cls.file, found[0])})"
        place = place_of(cls.file, found[0])
        return Origin("call", text, place, size, cls.file, found[0], (cause,))
    return None


def _forgotten(case: Case, file: SourceFile, function: Function | None, layer: Any) -> Scope:
    """The scope of a method that no event recorded; of `__init__` with the call that ran it."""
    creation = case.recording.creation_of(layer)
    made = making_of_site(case, creation.site, layer) if creation is not None else None
    entered = made if getattr(function, "name", "") == "__init__" else None
    return Scope(case, file, function, entered=entered, owner=layer)


def _name_of(call: ast.Call) -> str | None:
    return next(
        (
            str(keyword.value.value)
            for keyword in call.keywords
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant)
        ),
        None,
    )
