"""A layer with weights is called again, on a tensor of another width."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix, names_class
from graphscope.doctor.fixes.in_loops import loop_around
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import as_evidence, trace_dimension
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "shared-layer-of-other-width"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the earlier call of the failing layer, which fixed the size of its weights."""
    call = case.failure.layer_call if case.failure else None
    if call is None or len(call.input_specs) != 1:
        return
    received = call.input_specs[0].shape
    before = _first_call(case, call)
    built = before.input_specs[0].shape if before else None
    if not received or not built or before is None or len(built) != len(received):
        return
    axis = _fixed_axis(call)
    if axis is None or built[axis] == received[axis]:
        return
    # One call that ran twice is one model that was called again: then the data differs.
    if _same_expression(before, call) and not _in_loop(case, call):
        return
    yield _diagnosis(case, call, before, axis)


def _same_expression(one: CallRecord, other: CallRecord) -> bool:
    return [frame.position for frame in one.site] == [frame.position for frame in other.site]


def _in_loop(case: Case, call: CallRecord) -> bool:
    """Whether a model is being put together, by a loop that uses the layer at every turn."""
    found = case.program.node(call.site[0]) if call.site else None
    if found is None or case.failure is None or case.failure.stage != "construct":
        return False
    return loop_around(*found) is not None


def _first_call(case: Case, call: CallRecord) -> CallRecord | None:
    """Return the call that built the layer, of the same construction or the same run of a model.

    A model that was built earlier and is now given other data is no shared layer.
    """
    return next(
        (
            each
            for each in case.recording.calls
            if each.operation is call.operation
            and each is not call
            and each.error is None
            and each.boundary is call.boundary
        ),
        None,
    )


def _fixed_axis(call: CallRecord) -> int | None:
    spec = getattr(call.operation, "input_spec", None)
    axes = getattr(spec, "axes", None) or {}
    return next(iter(axes), None)


def _diagnosis(case: Case, call: CallRecord, before: CallRecord, axis: int) -> Diagnosis:
    layer = call.operation
    built = before.input_specs[0].shape or ()
    received = call.input_specs[0].shape or ()
    here, there = call_place(call), call_place(before)
    fixes = list(_fixes(case, call, before, axis))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{label(layer)} was built for {built[axis]} channels by its call{at(case, there)}, on "
        f"{shape(built)}, and is called again{at(case, here)} with {received[axis]} channels, "
        f"{shape(received)}: expected axis {axis} to be {built[axis]}.\n"
        "A layer's weights have one shape; they cannot be shared across different channel counts.\n"
        "Use a layer of its own for the second input, or give both the same width first.",
        places=distinct([*_first(here, fixes), place_of(case, layer), there]),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"first call: {shape(built)}", there),
            Evidence("shape", f"this call: {shape(received)}", here),
            *as_evidence(case, trace_dimension(case, call.inputs[0], axis, call)),
        ),
        fixes=tuple(fixes),
    )


def _first(here: Place | None, fixes: list[Fix]) -> list[Place | None]:
    """Return the call's line first, unless the best fix leaves it as it is."""
    edited: list[Place | None] = [*fixes[0].places] if fixes else []
    return [here] if here in edited else [*edited, here]


def _fixes(case: Case, call: CallRecord, before: CallRecord, axis: int) -> Iterator[Fix]:
    own = _own_layer(case, call) or _own_argument(case, call)
    if own is not None:
        yield own
    wanted = (before.input_specs[0].shape or ())[axis]
    if wanted is not None:
        origin = trace_dimension(case, call.inputs[0], axis, call)
        yield from toward(
            case,
            origin,
            wanted,
            purpose="to give both inputs the same width",
            likelihood=0.5,
            other=trace_dimension(case, before.inputs[0], axis, before),
        )


def _own_layer(case: Case, call: CallRecord) -> Fix | None:
    """Make a new layer of the same settings at the second call."""
    made = creation_call(case, call.operation)
    found = case.program.call(call.site[0]) if call.site else None
    if made is None or found is None or made[0] is not found[0]:
        return None
    file, creation, _ = made
    applied = found[1]
    if not case.program.is_own(file.path):
        return None
    if isinstance(applied.func, ast.Attribute):
        return _own_attribute(file, creation, applied.func, call)
    if applied.func is creation or not names_class(file, creation, type(call.operation)):
        return None
    return make_fix(
        Editor(file).replace(applied.func, _without_name(creation)),
        f"Use a new {type(call.operation).__name__} for this input",
        repair_class=RepairClass.B,
        likelihood=0.85,
    )


def _own_attribute(
    file: SourceFile, creation: ast.Call, used: ast.Attribute, call: CallRecord
) -> Fix | None:
    """Make a second layer beside the first, and use it here."""
    statement = file.statement_of(creation)
    if not isinstance(statement, ast.Assign) or statement.value is not creation:
        return None
    if [file.segment(each) for each in statement.targets] != [file.segment(used)]:
        return None
    name = f"{file.segment(used)}_2"
    editor = Editor(file).insert_after(statement, f"{name} = {_without_name(creation)}")
    return make_fix(
        editor.replace(used, name),
        f"Use a second {type(call.operation).__name__}, {name}, for this input",
        repair_class=RepairClass.B,
        likelihood=0.85,
    )


def _own_argument(case: Case, call: CallRecord) -> Fix | None:
    """Make a new layer where one that is held by a variable is handed on for the last time."""
    made = creation_call(case, call.operation)
    if made is None or not case.program.is_own(made[0].path):
        return None
    file, creation, _ = made
    statement = file.statement_of(creation)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return None
    if not names_class(file, creation, type(call.operation)):
        return None
    name = statement.targets[0].id
    uses = [
        node
        for node in ast.walk(file.function_of(statement) or file.tree)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        and isinstance(file.parent(node), ast.Call | ast.keyword)
    ]  # fmt: skip
    if len(uses) < 2:
        return None
    last = max(uses, key=lambda node: (node.lineno, node.col_offset))
    return make_fix(
        Editor(file).replace(last, _without_name(creation)),
        f"Hand on a new {type(call.operation).__name__} here instead of sharing {name}",
        repair_class=RepairClass.B,
        likelihood=0.85,
    )


def _without_name(creation: ast.Call) -> str:
    keywords = [each for each in creation.keywords if each.arg != "name"]
    copy = ast.Call(creation.func, creation.args, keywords)
    return ast.unparse(ast.fix_missing_locations(copy)).replace("'", '"')
