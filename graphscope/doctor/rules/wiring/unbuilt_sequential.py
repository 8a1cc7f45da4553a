"""The inputs or outputs of a Sequential model are used before it knows its input's shape."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.tensors import is_layer, is_model
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.placement import creation_call, placement_of
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, code, distinct, label, place_of

ID = "model-not-built"

OF_TENSORS = {"inputs", "outputs", "input", "output", "input_shape", "output_shape"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the model or layer whose tensors were asked for."""
    failure = case.failure
    if failure is None or not isinstance(failure.exception, AttributeError | ValueError):
        return
    for name, _, _, variables in failure.keras_frames[:3]:
        thing, wanted = dict(variables).get("self"), name.rpartition(".")[2]
        if wanted in OF_TENSORS and is_layer(thing) and _is_unbuilt(thing):
            yield _tell(case, thing, wanted)
            return


def _is_unbuilt(thing: Any) -> bool:
    import keras

    if isinstance(thing, keras.Sequential):
        return getattr(thing, "_functional", None) is None
    return not getattr(thing, "_inbound_nodes", None)


def _tell(case: Case, thing: Any, wanted: str) -> Diagnosis:
    import keras

    failure = case.failure
    assert failure is not None
    is_sequential = isinstance(thing, keras.Sequential)
    made = place_of(case, thing)
    used = failure.site[0].position if failure.site else None
    used_at = Place(used.file, used.line) if used else None
    shape = _input_shape(case, thing) if is_sequential else None
    fixes = tuple(_fixes(case, thing, shape)) if shape else ()
    known = f" The data has shape {shape[1]} per sample." if shape else ""
    what = "Sequential model" if is_sequential else "model" if is_model(thing) else "layer"
    advice = "add keras.Input(shape=...) as the first layer, or call build((None, ...)) before"
    if not is_sequential:
        advice = "call it on a keras.Input(...) first, or make a functional model"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95 if is_sequential else 0.85,
        f"{label(thing)}{at(case, made)} has no defined inputs/outputs yet, and its "
        f"`{wanted}` is used{at(case, used_at)}.\n"
        f"The {what} was never built with a symbolic input: no Input layer and no input shape say "
        f"what it receives.{known}\n"
        f"Received: no Input layer; needed: one. To cure it, {advice}.",
        places=distinct([made, used_at]),
        layer=thing.name,
        evidence=(
            *((code(case, made),) if made else ()),
            *((code(case, used_at),) if used_at else ()),
            Evidence("note", f"{label(thing)} was never called on a symbolic input"),
        ),
        fixes=fixes,
    )


def _input_shape(case: Case, model: Any) -> tuple[str, str] | None:
    """Return the source and the value of the shape of one sample, from data in sight."""
    rank = _rank(model)
    variables: dict[str, Any] = {}
    for frame in reversed(case.failure.site if case.failure else ()):
        variables.update(frame.globals)
        variables.update(frame.locals)
    fitting = [
        name
        for name, value in variables.items()
        if type(value).__module__.split(".")[0] in {"numpy", "tensorflow"}
        and isinstance(getattr(value, "shape", None), tuple)
        and len(value.shape) == rank
    ]
    named = sorted(
        fitting, key=lambda name: (not name.lower().startswith("x"), fitting.index(name))
    )
    if named and named[0].lower().startswith(("x", "im", "data", "feat", "train", "seq", "digits")):
        return f"{named[0]}.shape[1:]", str(tuple(variables[named[0]].shape[1:]))
    return _written_shape(case, rank)


def _written_shape(case: Case, rank: int) -> tuple[str, str] | None:
    """Return the shape of an array that the script makes further on: `np.zeros((1, 24, 24, 1))`."""
    file = case.program.file(case.program.main)
    for node in ast.walk(file.tree) if file else ():
        if not isinstance(node, ast.Call) or not node.args:
            continue
        first = node.args[0]
        sizes = first.elts if isinstance(first, ast.Tuple) else node.args
        made_by = ast.unparse(node.func).rpartition(".")[2]
        if made_by not in {"zeros", "ones", "rand", "randn", "random", "normal", "uniform", "full"}:
            continue
        values = [e.value for e in sizes if isinstance(e, ast.Constant) and type(e.value) is int]
        if len(values) == len(sizes) == rank:
            text = ", ".join(map(str, values[1:]))
            shape = f"({text},)" if rank == 2 else f"({text})"
            return shape, shape
    return None


def _rank(model: Any) -> int:
    first = next(iter(getattr(model, "layers", [])), None)
    spec = getattr(first, "input_spec", None)
    spec = spec[0] if isinstance(spec, list | tuple) and spec else spec
    return getattr(spec, "ndim", None) or getattr(spec, "min_ndim", None) or 2


def _fixes(case: Case, model: Any, shape: tuple[str, str]) -> Iterator[Fix]:
    first = model.layers[0] if model.layers else None
    placement = placement_of(case, first) if first is not None else None
    if placement is not None and case.program.is_own(placement.file.path):
        file = placement.file
        reference = refer_to(file, "keras.Input")
        text = f"{reference.text}(shape={shape[0]})"
        editor = reference.imported(Editor(file))
        if placement.kind == "element":
            editor.insert_element_before(placement.node, text)
        elif placement.kind == "added":
            call = file.parent(placement.node)
            assert isinstance(call, ast.Call)
            editor.insert_before(file.statement_of(call), f"{file.segment(call.func)}({text})")
        yield from _made(editor, f"Begin the model with {text}", RepairClass.A, 0.92)
    yield from _built(case, model, shape)


def _built(case: Case, model: Any, shape: tuple[str, str]) -> Iterator[Fix]:
    """Build the model right before its tensors are used."""
    failure = case.failure
    frame = failure.site[0] if failure and failure.site else None
    found = case.program.node(frame) if frame else None
    if frame is None or found is None or not case.program.is_own(found[0].path):
        return
    names = [name for name, value in frame.locals.items() if value is model]
    if not names or creation_call(case, model) is None:
        return
    text = f"{names[0]}.build((None, *{shape[0]}))"
    editor = Editor(found[0]).insert_before(found[0].statement_of(found[1]), text)
    yield from _made(editor, f"Build the model first: {text}", RepairClass.B, 0.6)


def _made(
    editor: Editor, title: str, repair_class: RepairClass, likelihood: float
) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix
