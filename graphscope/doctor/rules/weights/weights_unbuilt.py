"""Weights loaded into a model that has none yet: it was never called or built."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.loading import UserCall, user_call
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.facts.saved import SavedFile, read_saved
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "weights-before-build"

_USING = {"fit", "predict", "evaluate", "train_on_batch", "predict_on_batch"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Notice that the model that should take weights is not built."""
    failure = case.failure
    boundary = failure.boundary if failure else None
    if boundary is None or boundary.kind not in {"load_weights", "set_weights"}:
        return
    model = boundary.model
    call = user_call(case, boundary.kind)
    if call is None or (model.built and model.weights):
        return
    saved = read_saved(str(boundary.arguments.get("filepath", "")))
    fixes = [*_called(call), *_built(call, saved)]
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{boundary.kind}{at(case, call.place)}: {label(model)} has not been built: it has no "
        f"weights yet, because it was never called and its input shape is not known.\n"
        "A subclassed or Sequential model without an Input makes its weights at the first call.\n"
        "Build it first, before the weights are loaded: call it on some data, "
        "model(x[:1]), or model.build(input_shape) with None for the batch size.",
        places=distinct([call.place, place_of(case, model)]),
        layer=model.name,
        evidence=(
            Evidence("value", f"{label(model)}: built={model.built}, no weights", call.place),
            *_facts(saved),
        ),
        fixes=tuple(fixes),
    )


def _facts(saved: SavedFile | None) -> Iterator[Evidence]:
    for each in saved.layers[:4] if saved else ():
        yield Evidence("data", f"in the file: {each.path} {', '.join(map(str, each.shapes))}")


def _called(call: UserCall) -> Iterator[Fix]:
    """Call the model on data that the program has at that point."""
    owner = call.node.func
    if not isinstance(owner, ast.Attribute):
        return
    name = call.file.segment(owner.value)
    for data in _data(call, name):
        shape_ = shape_of(call.frame.locals.get(data, call.frame.globals.get(data)))
        if shape_ is None or len(shape_) < 2:
            continue
        editor = Editor(call.file).insert_before(
            call.file.statement_of(call.node), f"{name}({data}[:1])"
        )
        title = f"Build the model first: call it on a row of {data}, {name}({data}[:1])"
        fix = make_fix(editor, title, likelihood=0.85)
        if fix is not None:
            yield fix
        return


def _data(call: UserCall, name: str) -> Iterator[str]:
    """The names of data that the program gives to a model, the model in question first."""
    found: list[tuple[bool, str]] = []
    for node in ast.walk(call.file.tree):
        if (
            not isinstance(node, ast.Call)
            or not node.args
            or not isinstance(node.args[0], ast.Name)
        ):
            continue
        is_method = isinstance(node.func, ast.Attribute) and function_name(node) in _USING
        if is_method or isinstance(node.func, ast.Name):
            owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            found.append((call.file.segment(owner) != name, node.args[0].id))
    yield from (data for _, data in sorted(found, key=lambda each: each[0]))


def _built(call: UserCall, saved: SavedFile | None) -> Iterator[Fix]:
    """Build it for the input size that the first kernel of the file has."""
    owner = call.node.func
    first = (
        next((s for each in saved.layers for s in each.shapes if len(s) > 1), None)
        if (saved)
        else None
    )
    if first is None or not isinstance(owner, ast.Attribute):
        return
    inner = (None,) * (len(first) - 2)
    text = shape((None, *inner, first[-2]))
    name = call.file.segment(owner.value)
    editor = Editor(call.file).insert_before(
        call.file.statement_of(call.node), f"{name}.build({text})"
    )
    title = f"Build the model first for the input size in the file: {name}.build({text})"
    fix = make_fix(editor, title, likelihood=0.7)
    if fix is not None:
        yield fix
