"""What the program hands to a model when it fails: each array, beside the input it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.handed import METHODS, Handover, Source
from graphscope.doctor.facts.looking import MISSING, look
from graphscope.doctor.records import Boundary, CallRecord, Frame, Spec
from graphscope.doctor.watching.boundaries import summarise_batch


def handover(case: Case) -> Handover | None:
    """Return what was handed to a model when the program failed; None when nothing was."""
    failure = case.failure
    if failure is None:
        return None
    boundary = failure.boundary
    if boundary is not None and boundary.kind in (*METHODS, "call") and not boundary.finished:
        return _of_boundary(case, boundary)
    return _of_call(case, failure.layer_call) if boundary is None else None


def training_of(own: Handover) -> Handover | None:
    """Return what the model was trained with, where that is not the same data."""
    if own.role == "validation_data" and own.boundary is not None:
        return _of_boundary(own.case, own.boundary, "x")
    for boundary in own.case.recording.boundaries:
        is_fit = boundary.kind in ("fit", "train_on_batch") and boundary.finished
        if is_fit and boundary.model is own.model:
            return _of_boundary(own.case, boundary, "x")
    return None


def _of_boundary(case: Case, boundary: Boundary, role: str = "") -> Handover | None:
    frame = boundary.site[0] if boundary.site else None
    found = case.program.call(frame) if frame is not None else None
    if found is None or frame is None:
        return None
    file, call = found
    validates = boundary.nested == "evaluate" and boundary.data.get("validation_data") is not None
    role = role or ("validation_data" if validates else "x")
    validating = role == "validation_data"
    live = boundary.arguments.get(role)
    data = boundary.data.get(role)
    source = source_of(live, data)
    if source in ("generator", "pydataset") and not validating:
        data = boundary.batch if boundary.batch is not None else _refused_batch(case)
    packed = source in ("dataset", "generator", "pydataset") or validating
    inputs = data[0] if packed and isinstance(data, tuple) and data else data
    node = argument_node(call, role)
    return Handover(
        case, boundary.model, boundary.kind, role, source, inputs, data, file, call, frame, node,
        boundary, live,
    )  # fmt: skip


def _refused_batch(case: Case) -> Any:
    """Return the first batch of a generator that Keras would not even take."""
    frames = case.failure.keras_frames[:3] if case.failure else ()
    for _, _, _, variables in frames:
        batches = dict(variables).get("first_batches")
        if isinstance(batches, list) and batches:
            return summarise_batch(batches[0])
    return None


def argument_node(call: ast.Call, name: str) -> ast.expr | None:
    """Return the expression that a call of `fit`, ... gives for `x`, `y` or `validation_data`."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    index = {"x": 0, "y": 1}.get(name, 99)
    if index < len(call.args) and not any(isinstance(a, ast.Starred) for a in call.args):
        return call.args[index]
    return None


def source_of(live: Any, data: Any) -> Source:
    """Return in which form data comes."""
    names = {base.__name__ for base in type(live).__mro__}
    if hasattr(live, "element_spec"):
        return "dataset"
    if "PyDataset" in names or ("Sequence" in names and "keras" in type(live).__module__):
        return "pydataset"
    if hasattr(live, "__next__"):
        return "generator"
    return "array" if data is not None else "other"


def _of_call(case: Case, call: CallRecord | None) -> Handover | None:
    """Return the data of `model(x)`: of the outermost model that got real arrays."""
    outer = call
    while outer is not None and outer.parent is not None:
        outer = outer.parent
    if outer is None or not outer.site or not _is_model(outer.operation):
        return None
    if any(type(each).__name__ == "KerasTensor" for each in outer.inputs):
        return None
    failure = case.failure
    assert failure is not None
    for frame in failure.site:
        found = case.program.node(frame)
        node = _model_call(found[1], frame, outer.operation) if found is not None else None
        if found is not None and node is not None:
            file = found[0]
            structure = _structure(outer.args[0] if outer.args else None, iter(outer.input_specs))
            given = node.args[0] if node.args else None
            return Handover(
                case, outer.operation, "call", "x", "tensor", structure, structure, file, node,
                frame, given,
            )  # fmt: skip
    return None


def _model_call(node: ast.AST, frame: Frame, model: Any) -> ast.Call | None:
    """Return the call of a model in what a frame was executing: a call, or a statement."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        function = look(call.func, frame)
        if function is model or (function is MISSING and call is node):
            return call
    # Frames of compiled functions know their statement only, and not all variables.
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call) and each.args]
    return calls[0] if len(calls) == 1 and look(calls[0].func, frame) is MISSING else None


def _is_model(operation: Any) -> bool:
    return any(base.__name__ == "Model" for base in type(operation).__mro__)


def _structure(given: Any, specs: Iterator[Spec]) -> Any:
    if isinstance(given, list | tuple):
        return type(given)([_structure(each, specs) for each in given])
    if isinstance(given, Mapping):
        return {key: _structure(each, specs) for key, each in given.items()}
    return next(specs, None)
