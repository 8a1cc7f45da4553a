"""A layer for maps or sequences follows one that has flattened or pooled them away."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.layer_input import layers_behind, meaning_of_axes, needed_ranks
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.layers import remove
from graphscope.doctor.fixes.placement import Placement, creation_call, placement_of
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "flattened-too-early"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look back from a layer that lacks axes to the flattening or pooling that took them."""
    call = case.failure.layer_call if case.failure else None
    if call is None or not call.inputs or not call.input_specs[0].shape:
        return
    ranks = needed_ranks(call.operation)
    received = call.input_specs[0].shape
    if ranks is None or len(received) >= ranks[0]:
        return
    for before in layers_behind(case, call):
        had = before.input_specs[0].shape if before.input_specs else None
        if had is None or len(had) <= len(received):
            continue
        if before.class_name == "Flatten" or before.class_name.startswith("Global"):
            yield _diagnosis(case, call, before, ranks[0])
        return


def _diagnosis(case: Case, call: CallRecord, culprit: CallRecord, rank: int) -> Diagnosis:
    layer, flatten = call.operation, culprit.operation
    place, meaning = place_of(case, flatten), meaning_of_axes(layer)
    received = call.input_specs[0]
    doing = "flattened" if culprit.class_name == "Flatten" else "pooled"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{label(layer)}{at(case, place_of(case, layer) or call_place(call))} expects rank {rank}"
        f"{', ' + meaning if meaning else ''}, and received {shape(received)}, rank "
        f"{len(received.shape or ())}.\n"
        f"{label(flatten)}{at(case, place)} has already {doing} its axes: it turns "
        f"{shape(culprit.input_specs[0])} into {shape(culprit.output_specs[0])}.\n"
        f"{_advice(call, culprit)}",
        places=distinct(
            [place_of(case, layer), place]
            if _is_flattening(layer)
            else [place, place_of(case, layer)]
        ),
        layer=layer.name,
        evidence=(
            Evidence(
                "shape", f"{culprit.class_name} output is {shape(culprit.output_specs[0])}", place
            ),
            Evidence("shape", f"{label(layer)} expects rank {rank}, found rank "
                     f"{len(received.shape or ())}"),
        ),
        fixes=tuple(_fixes(case, call, culprit)),
    )  # fmt: skip


def _advice(call: CallRecord, culprit: CallRecord) -> str:
    given = culprit.input_specs[0].shape or ()
    if needed_ranks(call.operation) == (3, 3) and len(given) > 3:
        return (
            f"{culprit.class_name} joined the time steps ({given[1]}) with everything else: wrap "
            f"it, TimeDistributed({culprit.class_name}()), which keeps them."
        )
    return (
        f"{culprit.class_name} must come after the last layer that needs them: move it behind "
        f"{label(call.operation)}, or remove it."
    )


def _is_flattening(layer: object) -> bool:
    name = type(layer).__name__
    return name == "Flatten" or name.startswith("Global")


def _fixes(case: Case, call: CallRecord, culprit: CallRecord) -> Iterator[Fix]:
    # A second pooling or flattening has nothing left to do: the map is a vector already.
    if _is_flattening(call.operation):
        again = remove(
            case, call.operation, call=call,
            title=f"Remove the second {type(call.operation).__name__}: the map is a vector already",
            repair_class=RepairClass.A, likelihood=0.97,
        )  # fmt: skip
        if again is not None:
            yield again
    given = culprit.input_specs[0].shape or ()
    if (
        needed_ranks(call.operation) == (3, 3)
        and len(given) > 3
        and not _is_flattening(call.operation)
    ):
        stepwise = _of_each_step(case, culprit)
        if stepwise is not None:
            yield stepwise
    moved = _moved(case, call, culprit)
    if moved is not None:
        yield moved
    removed = remove(
        case,
        culprit.operation,
        call=culprit,
        title=f"Remove {label(culprit.operation)}",
        repair_class=RepairClass.B,
        likelihood=0.6,
    )
    if removed is not None:
        yield removed


def _of_each_step(case: Case, culprit: CallRecord) -> Fix | None:
    """Flatten or pool the map of each time step, and keep the steps."""
    made = creation_call(case, culprit.operation)
    if made is None or not case.program.is_own(made[0].path):
        return None
    file, node, _ = made
    reference = refer_to(file, "keras.layers.TimeDistributed")
    editor = reference.imported(Editor(file)).wrap(node, f"{reference.text}(", ")")
    return make_fix(
        editor,
        f"Keep the time steps, and apply {culprit.class_name} to each: "
        f"TimeDistributed({file.segment(node)})",
        repair_class=RepairClass.A,
        likelihood=0.97,
    )


def _moved(case: Case, call: CallRecord, culprit: CallRecord) -> Fix | None:
    """Move the flattening behind the last layer that needs the axes, in the same list or block."""
    first = placement_of(case, culprit.operation, culprit)
    if first is None or not case.program.is_own(first.file.path):
        return None
    editor = _move_element(case, first, call) or _move_statement(case, first, call)
    if editor is None:
        return None
    return make_fix(
        editor,
        f"Move {label(culprit.operation)} behind the last layer that needs its axes",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )


def _move_element(case: Case, first: Placement, call: CallRecord) -> Editor | None:
    """Move an element of a list of layers."""
    file, last = first.file, placement_of(case, call.operation, call)
    container = file.parent(first.node)
    if first.kind != "element" or last is None or not isinstance(container, ast.List | ast.Tuple):
        return None
    if last.file is not file or file.parent(last.node) is not container:
        return None
    target = _last_map_layer(file, container.elts, last.node)
    editor = Editor(file).remove_element(container, first.node)
    return editor.insert_element_after(target, file.segment(first.node))


def _move_statement(case: Case, first: Placement, call: CallRecord) -> Editor | None:
    """Move `model.add(...)` or `x = layer(x)` behind the statement that led to the other call."""
    if first.kind == "element":
        return None
    file = first.file
    statement = file.statement_of(first.node)
    block = getattr(file.parent(statement), "body", [])
    later = _statement_in(case, block, call)
    if later is None or statement not in block or not _is_step(file, statement):
        return None
    target = _last_map_statement(file, block, later)
    return Editor(file).delete(statement).insert_after(target, file.segment(statement))


def _statement_in(case: Case, block: list[ast.stmt], call: CallRecord) -> ast.stmt | None:
    """Return the statement of a block that led to a call, itself or through a function."""
    for frame in call.site:
        found = case.program.node(frame)
        if found is not None and (statement := found[0].statement_of(found[1])) in block:
            return statement
    return None


def _is_step(file: SourceFile, statement: ast.stmt) -> bool:
    """Whether a statement adds a layer, or passes one variable through it."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call) and ".add(" in file.segment(statement)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return False
    given = [file.segment(each) for each in statement.value.args]
    return [file.segment(each) for each in statement.targets] == given


_NEEDS_AXES = ("Conv", "MaxPool", "AveragePool", "LSTM", "GRU", "RNN", "UpSampling", "ZeroPadding",
               "Cropping", "SeparableConv", "DepthwiseConv", "Bidirectional")  # fmt: skip


def _last_map_layer(file: SourceFile, elements: list[ast.expr], node: ast.expr) -> ast.expr:
    later = elements[elements.index(node) :]
    needing = [each for each in later if any(name in file.segment(each) for name in _NEEDS_AXES)]
    return needing[-1] if needing else node


def _last_map_statement(file: SourceFile, block: list[ast.stmt], statement: ast.stmt) -> ast.stmt:
    """Return the last statement of a block that uses maps: by its text, or as the given one."""
    function = _called(statement)
    later = [each for each in block[block.index(statement) :] if isinstance(each, _STEPS)]
    needing = [
        each
        for each in later
        if any(name in file.segment(each) for name in _NEEDS_AXES)
        or (function and _called(each) == function)
    ]
    return needing[-1] if needing else statement


_STEPS = (ast.Assign, ast.Expr)


def _called(statement: ast.stmt) -> str | None:
    """Return the name of the function of the user's that a statement calls."""
    value = getattr(statement, "value", None)
    function = value.func if isinstance(value, ast.Call) else None
    return function.id if isinstance(function, ast.Name) else None
