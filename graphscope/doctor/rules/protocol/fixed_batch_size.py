"""A step, loss or layer counts on full batches, and the last batch is smaller."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.classes import Method, method_of, own_class, own_nodes, self_name
from graphscope.doctor.facts.live import flat, live_value
from graphscope.doctor.facts.training import boundary_call
from graphscope.doctor.facts.user_call import UserCall
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import as_evidence, trace_value
from graphscope.doctor.records import Boundary, DataSummary, Frame
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, code, distinct

ID = "fixed-batch-size"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for the batch size as a number in the function that failed on a partial batch."""
    failure = case.failure
    boundary = failure.boundary if failure else None
    if failure is None or boundary is None or not failure.site:
        return
    sizes = _sizes(boundary)
    if sizes is None:
        return
    batch, rows = sizes
    own = _own_numbers(case, boundary)
    for frame in failure.site[:2]:
        function = _function(case, frame)
        if function is None:
            continue
        file, method = function
        nodes = [
            node
            for node in _numbers(method)
            if id(node) not in own and _value(case, node, frame) == batch
        ]
        if nodes:
            yield _tell(case, file, method, frame, nodes, batch, rows)
            return
    # What fails while a graph runs has no frame of the user's: its layers are looked through.
    if failure.graph_node is not None:
        for file, method, frame in _layer_methods(case):
            nodes = [n for n in _sizes_of_shapes(method) if _value(case, n, frame) == batch]
            if nodes:
                yield _tell(case, file, method, frame, nodes, batch, rows)
                return


def _layer_methods(case: Case) -> Iterator[tuple[SourceFile, Method, Frame]]:
    """Yield the `call` of each of the user's layers that ran, as a frame of its module sees it."""
    seen: set[type] = set()
    outer = case.failure.site[-1] if case.failure and case.failure.site else None
    for call in case.recording.calls:
        kind = type(call.operation)
        found = own_class(case, call.operation) if kind not in seen else None
        seen.add(kind)
        method = method_of(found[1], "call") if found is not None else None
        if found is None or method is None or outer is None:
            continue
        names = {self_name(method): call.operation}
        yield found[0], method, replace(outer, locals=names, is_live=False)


def _sizes_of_shapes(method: Method) -> list[ast.expr]:
    """Return the first entries of the tuples in calls: where a shape has its batch."""
    calls = [node for node in own_nodes(method) if isinstance(node, ast.Call)]
    arguments = [a for call in calls for a in (*call.args, *(k.value for k in call.keywords))]
    shapes = [each for each in arguments if isinstance(each, ast.Tuple | ast.List) and each.elts]
    kinds = ast.Name | ast.Attribute | ast.Constant
    return [each.elts[0] for each in shapes if isinstance(each.elts[0], kinds)]


def _own_numbers(case: Case, boundary: Boundary) -> set[int]:
    """Return the expressions inside the call of `fit` itself: it may well say the batch size."""
    found = case.program.call(boundary.site[0]) if boundary.site else None
    return {id(node) for node in ast.walk(found[1])} if found else set()


def _sizes(boundary: Boundary) -> tuple[int, int] | None:
    """Return the batch size and the number of samples, when the last batch is a partial one."""
    given = boundary.arguments.get("batch_size")
    first = next((e for e in flat(boundary.data.get("x")) if isinstance(e, DataSummary)), None)
    rows = (first.spec.shape or (None,))[0] if first is not None and first.kind == "array" else None
    batch = given if isinstance(given, int) else 32
    split = boundary.arguments.get("validation_split") or 0
    if isinstance(rows, int) and isinstance(split, float):
        rows = int(rows * (1 - split))
    return (batch, rows) if isinstance(rows, int) and rows % batch else None


def _function(case: Case, frame: Frame) -> tuple[SourceFile, Method] | None:
    file = case.program.file(frame.position.file)
    name = frame.position.function.rpartition(".")[2]
    for each in file.functions(name) if file else ():
        if each.lineno <= frame.position.line <= (each.end_lineno or 0):
            assert file is not None
            return (file, each) if case.program.is_own(file.path) else None
    return None


def _numbers(method: Method) -> list[ast.expr]:
    """Return names, attributes and constants inside calls that may be the batch size."""
    inside = [node for node in own_nodes(method) if isinstance(node, ast.Call)]
    found: list[ast.expr] = []
    for call in inside:
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
            parts = argument.elts if isinstance(argument, ast.Tuple | ast.List) else [argument]
            found += [e for e in parts if isinstance(e, ast.Name | ast.Attribute | ast.Constant)]
    return found


def _value(case: Case, node: ast.expr, frame: Frame) -> Any:
    value = live_value(case, node, frame)
    return value if type(value) is int else None


def _tell(
    case: Case,
    file: SourceFile,
    method: Method,
    frame: Frame,
    nodes: list[ast.expr],
    batch: int,
    rows: int,
) -> Diagnosis:
    failure = case.failure
    assert failure is not None
    before = [node for node in nodes if node.lineno <= frame.position.line]
    node = max(before or nodes, key=lambda each: each.lineno)
    line, rest = Place(file.path, node.lineno), rows % batch
    origin = trace_value(case, node, frame)
    fit = boundary_call(case, failure.boundary)
    text = file.segment(node)
    statement = file.statement_of(node)
    target = file.segment(statement).partition("=")[0].strip()
    model = failure.boundary.model if failure.boundary else None
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"`{file.line_text(line.line)}`{at(case, line)} counts on {batch} samples in each batch, "
        f"and the last batch has {rest}.\n"
        f"{rows} samples in batches of {batch}: {rows} = {rows // batch} * {batch} + {rest}, so "
        f"that the remainder is a partial batch of {rest}; {target} keeps {text} = {batch} rows.\n"
        f"Take the batch size from the data (tf.shape(x)[0], keras.ops.shape), or drop the "
        f"remainder (drop_remainder=True).",
        places=distinct([line, *origin.places, Place(file.path, frame.position.line)]),
        layer=type(model).__name__ if method.name.endswith("_step") else _layer(case),
        evidence=(
            code(case, line),
            Evidence("arithmetic", f"{rows} % {batch} = {rest}: the last batch has {rest} samples"),
            Evidence("value", f"{text} = {batch} in {method.name}, whatever the batch is", line),
            *as_evidence(case, origin),
        ),
        fixes=tuple(_fixes(file, method, nodes, batch, fit)),
    )


def _layer(case: Case) -> str | None:
    call = case.failure.layer_call if case.failure else None
    return call.name if call else None


def _fixes(
    file: SourceFile, method: Method, nodes: list[ast.expr], batch: int, fit: UserCall | None
) -> Iterator[Fix]:
    tensor = _data(file, method)
    if tensor is not None:
        reference = refer_to(file, "tensorflow.shape")
        if reference.module is not None:
            reference = refer_to(file, "keras.ops.shape")
        editor = reference.imported(Editor(file))
        for node in nodes:
            editor.replace(node, f"{reference.text}({tensor})[0]")
        title = f"Take the batch size from the data: {reference.text}({tensor})[0]"
        yield from _made(editor, title, RepairClass.A, 0.9)
    if fit is not None and fit.is_own and fit.node.args:
        first = fit.node.args[0]
        if not isinstance(first, ast.Name):
            return
        text = fit.file.segment(first)
        editor = Editor(fit.file)
        for each in fit.node.args[:2]:
            name = fit.file.segment(each)
            editor.replace(each, f"{name}[: len({name}) // {batch} * {batch}]")
        title = f"Train on full batches alone: {text}[: len({text}) // {batch} * {batch}]"
        yield from _made(editor, title, RepairClass.B, 0.4)


def _data(file: SourceFile, method: Method) -> str | None:
    """Return a tensor of the function that has the size of the batch: its input, or a part."""
    me = self_name(method) if file.class_of(method) is not None else None
    names = [each.arg for each in method.args.args if each.arg != me]
    if not names:
        return None
    for node in own_nodes(method):
        is_taken = isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)
        if is_taken and node.value.id == names[0]:  # type: ignore[attr-defined]
            target = node.targets[0]  # type: ignore[attr-defined]
            if isinstance(target, ast.Tuple) and isinstance(target.elts[0], ast.Name):
                return target.elts[0].id
    return names[0]


def _made(
    editor: Editor, title: str, repair_class: RepairClass, likelihood: float
) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix
