"""A dataset batches elements of different lengths, which cannot be stacked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_steps import pipeline
from graphscope.doctor.facts.data_telling import best_places, called
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.handed import Handover
from graphscope.doctor.facts.handover import handover
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import known
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, shape

ID = "uneven-batch"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for `.batch(...)` of elements with open axes, when the iterator failed."""
    failure, own = case.failure, handover(case)
    if failure is None or own is None or own.source != "dataset":
        return
    # Only the iterator knows the elements; its text is all that is left of them.
    if "IteratorGetNext" not in (failure.graph_node or "") or "batch" not in failure.message:
        return
    specs = [spec for spec in _flat(own.everything) if spec is not None]
    if not any(None in spec[1:] for spec in specs):
        return
    for file, call in _batches(own):
        yield _tell(case, own, file, call, specs)
        return


def _flat(structure: Any) -> Iterator[tuple[int | None, ...] | None]:
    if isinstance(structure, dict):
        structure = list(structure.values())
    if isinstance(structure, list | tuple):
        for each in structure:
            yield from _flat(each)
    else:
        yield structure.spec.shape if structure is not None else None


def _batches(own: Handover) -> Iterator[tuple[SourceFile, ast.Call]]:
    if own.node is None:
        return
    for file, call in pipeline(own.case, own.file, own.node, own.frame):
        if function_name(call) == "batch" and own.case.program.is_own(file.path):
            yield file, call


def _tell(
    case: Case, own: Handover, file: SourceFile, call: ast.Call, specs: list[Any]
) -> Diagnosis:
    assert isinstance(call.func, ast.Attribute)
    place = Place(file.path, call.func.end_lineno or call.lineno)
    fixes = known([_padded(file, call)])
    shapes = ", ".join(shape(each) for each in specs)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{called(own)} failed: the elements of a batch have different lengths. The dataset's "
        f"elements have open axes, {shapes}, and batch{at(case, place)} cannot stack elements "
        "(sequences, sentences) of different lengths.\n"
        "Use padded_batch, which pads to the longest of the batch, or bring all elements to one "
        "length before.",
        places=best_places(fixes, place, own.place),
        layer=None,
        evidence=(
            Evidence("shape", f"elements after batch: {shapes}", place),
            Evidence("code", file.line_text(place.line), place),
        ),
        fixes=fixes,
    )


def _padded(file: SourceFile, call: ast.Call) -> Fix | None:
    assert isinstance(call.func, ast.Attribute)
    owner = file.segment(call.func.value)
    return make_fix(
        Editor(file).replace(call.func, f"{owner}.padded_batch"),
        "Pad the elements of a batch to the longest: padded_batch instead of batch",
        repair_class=RepairClass.A,
        likelihood=0.93,
    )
