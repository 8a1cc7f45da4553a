"""Maps of several scales are concatenated as they are: what is meant are lists of their places."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.merging import told_conflict
from graphscope.doctor.facts.operands import Conflict, conflict_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.placement import Placement, placement_of
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import distinct, shape

ID = "maps-of-several-scales"

_MAP = 4


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for maps that agree in their channels alone."""
    conflict = conflict_of(case)
    if conflict is None or conflict.joining != "concatenate" or not _scales(conflict):
        return
    yield _tell(case, conflict)


def _scales(conflict: Conflict) -> bool:
    """Whether maps differ in every size but their channels, and are joined along their rows."""
    shapes = [each.shape for each in conflict.operands]
    if len(shapes) < 2 or any(len(each) != _MAP or None in each[1:] for each in shapes):
        return False
    rows = {each[1] for each in shapes}
    columns = {each[2] for each in shapes}
    channels = {each[-1] for each in shapes}
    apart = len(rows) == len(columns) == len(shapes)
    return apart and len(channels) == 1 and conflict.axis in (1, -3)


def _tell(case: Case, conflict: Conflict) -> Diagnosis:
    operands = conflict.operands
    channels = operands[0].shape[-1]
    told = ", ".join(f"{each.text} {shape(each.shape)}" for each in operands[:4])
    places = [(each.shape[1] or 0) * (each.shape[2] or 0) for each in operands]
    fixes = tuple(_fixes(case, conflict, channels or 1))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.96,
        f"{told_conflict(case, conflict)}: {told}.\n"
        f"Concatenating along axis 1 needs all other axes equal, and the maps differ along axis 2 "
        f"too: {operands[0].shape[2]} against {operands[1].shape[2]}. Only their {channels} "
        "channels agree.\n"
        f"Flatten or reshape each map to a list of its places first, Reshape((-1, {channels})): "
        f"{' + '.join(map(str, places))} = {sum(places)} places with {channels} numbers each.",
        places=distinct([*(place for fix in fixes[:1] for place in fix.places[-1:]),
                         conflict.place]),
        layer=getattr(conflict.layer, "name", None),
        evidence=(
            *(Evidence("shape", f"{each.text}: {shape(each.shape)}") for each in operands),
            Evidence("note", "concatenating along axis 1 needs the other axes equal"),
        ),
        fixes=fixes,
    )  # fmt: skip


def _fixes(case: Case, conflict: Conflict, channels: int) -> Iterator[Fix]:
    found: dict[int, Placement] = {}
    for operand in conflict.operands:
        call = case.recording.producer_of(operand.tensor)
        while call is not None and call.parent is not None and call.parent.is_layer:
            call = call.parent
        placement = placement_of(case, call.operation, call) if call is not None else None
        if placement is None or placement.kind != "applied":
            return
        found[id(placement.node)] = placement
    files = {placement.file.path for placement in found.values()}
    if len(files) != 1 or not case.program.is_own(next(iter(files))):
        return
    file = next(iter(found.values())).file
    for name, arguments, likelihood in (
        ("Reshape", f"(-1, {channels})", 0.94), ("Flatten", "", 0.5),
    ):  # fmt: skip
        reference = refer_to(file, f"keras.layers.{name}")
        editor = reference.imported(Editor(file))
        for placement in found.values():
            editor.wrap(placement.node, f"{reference.text}({arguments})(", ")")
        fix = make_fix(
            editor,
            f"Make a list of the places of each map: {name}({arguments})",
            repair_class=RepairClass.A if name == "Reshape" else RepairClass.B,
            likelihood=likelihood,
        )
        if fix is not None:
            yield fix
