"""Data whose axes are in another order, or whose numbers are in another arrangement."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_common import report, wrong_parts
from graphscope.doctor.facts.data_declared import declare_received
from graphscope.doctor.facts.data_telling import given, made_at
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.handed import Part
from graphscope.doctor.facts.mismatch import Mismatch
from graphscope.doctor.facts.prepared_alike import prepared_alike
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.batch_edits import constant_of
from graphscope.doctor.fixes.data_edits import (
    Change,
    change_at_calls,
    change_at_definitions,
    change_in_map,
    known,
)
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import shape

ID = "data-layout"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for the declared axes in the received ones, moved or folded otherwise."""
    for part in wrong_parts(case):
        kind = part.mismatch.kind if part.mismatch else ""
        if kind == "order":
            yield _other_order(part)
            return
        if kind == "arrangement":
            yield _other_arrangement(part)
            return
        if kind == "rank":
            yield _other_rank(part)
            return


def _other_order(part: Part) -> Diagnosis:
    mismatch = part.mismatch
    assert mismatch is not None
    order = mismatch.order
    element = tuple(each - 1 for each in order[1:])
    change = Change(
        f".transpose{order}", "tensorflow.transpose", f"perm={order}", f"perm={element}"
    )
    title = f"Move the axes with transpose{order}"
    fixes = known([
        *prepared_alike(part),
        _stack_elsewhere(part, mismatch),
        change_at_definitions(part, change, title, likelihood=0.85, repair_class=RepairClass.A),
        change_at_calls(part, change, title, likelihood=0.8, repair_class=RepairClass.A),
        change_in_map(part, change, title, likelihood=0.7),
        declare_received(part, likelihood=0.35),
    ])  # fmt: skip
    return report(ID, part, f"{given(part)}: {_which_axes(mismatch)}.{made_at(part)}\n"
                  f"Transpose the data to the declared order (a reshape would mix the numbers up): "
                  f"x.transpose{order} gives {_arranged(mismatch)}.", fixes)  # fmt: skip


def _which_axes(mismatch: Mismatch) -> str:
    order = mismatch.order
    if len(order) == 4 and order == (0, 2, 3, 1):
        return (
            "the channels come first, (channel, row, column), where the input declares channels "
            "last, (row, column, channel), as a Conv2D on the CPU needs it"
        )
    if len(order) == 4 and order == (0, 3, 1, 2):
        return "the channels come last, where the input declares channels first"
    moved = [axis for axis, source in enumerate(order) if axis != source]
    if len(moved) == 2:
        return f"axes {moved[0]} and {moved[1]} are swapped, as of time steps and features"
    return "the same axes stand in another order"


def _arranged(mismatch: Mismatch) -> str:
    return shape(tuple(mismatch.received[each] for each in mismatch.order))


def _stack_elsewhere(part: Part, mismatch: Mismatch) -> Fix | None:
    """Give `np.stack` the axis that the stacked axis ought to be."""
    for step in part.steps:
        node = step.node
        if not isinstance(node, ast.Call) or not part.handover.case.program.is_own(step.file.path):
            continue
        if function_name(node) not in {"stack", "expand_dims"}:
            continue
        given_axis = next((e.value for e in node.keywords if e.arg == "axis"), None)
        given_axis = given_axis or (node.args[1] if len(node.args) > 1 else None)
        axis = constant_of(given_axis) if given_axis is not None else 0
        if not isinstance(axis, int):
            return None
        rank = len(mismatch.order)
        there = mismatch.order.index(axis % rank)
        text = "-1" if there == rank - 1 else str(there)
        editor = Editor(step.file)
        if given_axis is None:
            editor.set_keyword(node, "axis", text)
        else:
            editor.replace(given_axis, text)
        return make_fix(
            editor,
            f"Stack along {'the last axis' if text == '-1' else f'axis {there}'} "
            f"(axis={there}): `{function_name(node)}(..., axis={axis})` puts what is stacked "
            f"at axis {axis}",
            repair_class=RepairClass.A,
            likelihood=0.92,
        )
    return None


def _other_arrangement(part: Part) -> Diagnosis:
    mismatch = part.mismatch
    assert mismatch is not None
    sample, row = mismatch.sample, mismatch.received[1:]
    sizes = ", ".join(str(each) for each in sample)
    change = Change(f".reshape(-1, {sizes})", "tensorflow.reshape", f"(-1, {sizes})", f"({sizes},)")
    title = f"Reshape the data to {shape((-1, *sample))}"
    fixes = known([
        *prepared_alike(part),
        _reshape_right(part, sizes),
        change_at_calls(part, change, title, likelihood=0.85, repair_class=RepairClass.B),
        change_at_definitions(part, change, title, likelihood=0.8, repair_class=RepairClass.B),
        change_in_map(part, change, title, likelihood=0.6),
    ])  # fmt: skip
    count = 1
    for each in sample:
        count *= each or 1
    product = " * ".join(str(each) for each in (row if len(row) > 1 else sample))
    flat = (
        f"flatten each sample ({' x '.join(map(str, row))})"
        if len(sample) < len(row)
        else "give each sample its axes back"
    )
    return report(
        ID,
        part,
        f"{given(part)}: rank {len(mismatch.received)} versus rank {len(mismatch.declared)}, with "
        f"the same numbers in each sample, {product} = {count}.{made_at(part)}\n"
        f"Reshape the data, to {flat}: x.reshape(-1, {sizes}); or declare the input as "
        f"{shape(row)}.",
        fixes,
    )


def _reshape_right(part: Part, sizes: str) -> Fix | None:
    """Change the target of the reshape that made the wrong shape."""
    for step in part.steps:
        if not part.handover.case.program.is_own(step.file.path):
            continue
        for node in ast.walk(step.node):
            if not isinstance(node, ast.Call) or function_name(node) != "reshape":
                continue
            editor = Editor(step.file)
            owner = isinstance(node.func, ast.Attribute) and len(node.args) != 2
            if owner:
                editor.replace(node, f"{step.file.segment(node.func)}(-1, {sizes})")
            elif len(node.args) == 2:
                function, first = step.file.segment(node.func), step.file.segment(node.args[0])
                is_size = isinstance(node.args[0], ast.UnaryOp | ast.Constant)
                editor.replace(
                    node,
                    f"{function}(-1, {sizes})"
                    if is_size
                    else f"{function}({first}, (-1, {sizes}))",
                )
            return make_fix(
                editor,
                f"Reshape to (-1, {sizes}) there",
                repair_class=RepairClass.A,
                likelihood=0.9,
            )
    return None


def _other_rank(part: Part) -> Diagnosis:
    mismatch = part.mismatch
    assert mismatch is not None
    fixes = known([
        *prepared_alike(part), declare_received(part, likelihood=0.6),
    ])  # fmt: skip
    more = len(mismatch.received) > len(mismatch.declared)
    return report(
        ID,
        part,
        f"{given(part)}: rank {len(mismatch.received)} instead of {len(mismatch.declared)}, "
        f"{'an axis too many' if more else 'an axis is missing'}.{made_at(part)}\n"
        f"Give each sample the shape {shape(mismatch.sample)}, or declare the input as "
        f"{shape(mismatch.received[1:])}.",
        fixes,
        confidence=0.85,
    )
