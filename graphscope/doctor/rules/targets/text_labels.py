"""The targets are texts, and a model can only be trained with numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.target_data import data_argument
from graphscope.doctor.facts.wording_targets import boundary_place, first_own
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import trace_data
from graphscope.doctor.records import Boundary, DataSummary
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at

ID = "text-labels"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the values of the targets that `fit` or `evaluate` was given."""
    failure = case.failure
    boundary = failure.boundary if failure is not None else None
    if failure is None or boundary is None or failure.layer_call is not None:
        return
    given = boundary.data.get("y")
    if isinstance(given, DataSummary) and _is_text(given):
        yield _diagnosis(case, boundary, given)


def _is_text(given: DataSummary) -> bool:
    dtype = given.spec.dtype.lower()
    if dtype.startswith(("str", "<u", "|s", "<s", "bytes")):
        return True
    sample = given.sample
    if dtype != "object" or sample is None or getattr(sample, "size", 0) == 0:
        return False
    return isinstance(sample.reshape(-1)[0], str | bytes)


def _diagnosis(case: Case, boundary: Boundary, given: DataSummary) -> Diagnosis:
    argument = data_argument(case, boundary, "y")
    made = None
    text = "the targets"
    if argument is not None:
        file, node, frame = argument
        text = file.segment(node)
        origin = trace_data(case, node, frame, file=file)
        made = next((each.place for each in origin.chain() if each.place), None)
    values = (
        sorted(map(str, set(given.sample.reshape(-1).tolist()))) if given.sample is not None else []
    )
    shown = ", ".join(repr(each) for each in values[:6])
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"The labels `{text}`{at(case, made)} are strings (texts), dtype {given.spec.dtype}: "
        f"{shown}. A loss compares numbers.\n"
        f"Number the {len(values)} classes: np.unique(labels, return_inverse=True)[1] gives 0 to "
        f"{max(len(values) - 1, 0)}, as StringLookup or LabelEncoder do; with "
        "sparse_categorical_crossentropy these integers are the targets.",
        places=first_own(
            case,
            [
                Place(argument[0].path, argument[1].lineno) if argument is not None else None,
                made,
                boundary_place(boundary),
            ],
        ),
        evidence=(
            Evidence("data", f"{text} has dtype {given.spec.dtype}, {len(values)} texts: {shown}"),
        ),
        fixes=tuple(_fixes(case, boundary)),
    )


def _fixes(case: Case, boundary: Boundary) -> Iterator[Fix]:
    argument = data_argument(case, boundary, "y")
    if argument is None or not case.program.is_own(argument[0].path):
        return
    file, node, _ = argument
    editor = Editor(file)
    unique = refer_to(file, "numpy.unique")
    unique.imported(editor)
    # Labels that are used again later need the same numbers: change them where they get their name.
    editor.wrap(node, f"{unique.text}(", ", return_inverse=True)[1]")
    fix = make_fix(
        editor,
        "Number the classes where the labels are handed over: "
        f"{unique.text}({file.segment(node)}, return_inverse=True)[1]",
        repair_class=RepairClass.B,
        likelihood=0.8 if isinstance(node, ast.Name) else 0.6,
    )
    if fix is not None:
        yield fix
