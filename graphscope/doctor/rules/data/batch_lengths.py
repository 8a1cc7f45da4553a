"""The parts of a batch that a generator or PyDataset delivers have different lengths."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_telling import best_places, called
from graphscope.doctor.facts.handed import Handover
from graphscope.doctor.facts.handover import handover
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import known
from graphscope.doctor.fixes.structure_edits import Written, of_length
from graphscope.doctor.records import DataSummary
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, shape

ID = "batch-lengths"

_ROLES = ("the inputs", "the targets", "the sample weights")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the first axes of inputs, targets and weights in the first batch."""
    failure, own = case.failure, handover(case)
    if failure is None or own is None or failure.layer_call is not None:
        return
    if own.source not in ("generator", "pydataset") or not isinstance(own.everything, tuple):
        return
    counts = [_rows(each) for each in own.everything]
    known_counts = [each for each in counts if each is not None]
    if len(counts) < 2 or len(set(known_counts)) < 2:
        return
    odd = next((i for i, each in enumerate(counts) if each not in (None, counts[0])), None)
    if odd is not None and odd < len(_ROLES):
        yield _tell(own, counts, odd)


def _rows(part: Any) -> int | None:
    if isinstance(part, Mapping):
        part = next(iter(part.values()), None)
    if isinstance(part, list | tuple):
        part = part[0] if part else None
    found = part.spec.shape if isinstance(part, DataSummary) else None
    return found[0] if found else None


def _tell(own: Handover, counts: list[int | None], odd: int) -> Diagnosis:
    case = own.case
    written = of_length(own, len(counts))
    element = written.node.elts[odd] if written is not None else None  # type: ignore[union-attr]
    text = written.file.segment(element) if written is not None and element is not None else ""
    labels = own.everything[1] if len(counts) > 1 else None
    per_class = odd == 2 and _is_table(labels, counts[odd])
    fixes: list[Fix | None] = []
    if per_class and written is not None:
        fixes.append(_indexed(written, odd))
    place = written.place if written is not None else None
    noun = "weights" if odd == 2 else _ROLES[odd].removeprefix("the ")
    told = ", ".join(f"{role}: {count} rows" for role, count in zip(_ROLES, counts, strict=False))
    advice = (
        f"There is one weight per class instead of one per sample: index the weights with the "
        f"labels, {text}[labels]."
        if per_class
        else "Give each row of the inputs its own target and weight."
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{called(own)} failed: {noun} {text}{at(case, place)} have {counts[odd]} values, the "
        f"batch has {counts[0]} rows ({told}).\n{advice}",
        places=best_places(known(fixes), place, own.place),
        layer=None,
        evidence=tuple(
            Evidence("data", f"{role} {_shape(part)}", place)
            for role, part in zip(_ROLES, own.everything, strict=False)
        ),
        fixes=known(fixes),
    )


def _shape(part: Any) -> str:
    return shape(part.spec) if isinstance(part, DataSummary) else "of several arrays"


def _is_table(labels: Any, count: int | None) -> bool:
    """Whether the labels are indices into something of that length."""
    return (
        isinstance(labels, DataSummary)
        and labels.is_integral
        and count is not None
        and labels.maximum is not None
        and labels.maximum < count
        and len(labels.spec.shape or ()) == 1
    )


def _indexed(written: Written, odd: int) -> Fix | None:
    """Take the weight of each row's class."""
    assert isinstance(written.node, ast.Tuple | ast.List)
    labels, weights = written.node.elts[1], written.node.elts[odd]
    while isinstance(labels, ast.Call) and isinstance(labels.func, ast.Attribute):
        labels = labels.func.value  # a conversion of the type: kinds.astype("int32")
    text = f"{written.file.segment(weights)}[{written.file.segment(labels)}]"
    return make_fix(
        Editor(written.file).replace(weights, text),
        f"Take the weight of each sample's class: `{text}`",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
