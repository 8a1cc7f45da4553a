"""A metric wants one-hot rows where the loss works with class numbers, or the other way round."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.compiled import Given, loss_given, metrics_given, renamed_loss
from graphscope.doctor.facts.output_side import output_side
from graphscope.doctor.facts.relation import is_users_function
from graphscope.doctor.facts.target_data import summary_of, target_steps
from graphscope.doctor.facts.wording_targets import boundary_place, facts, first_own, values_told
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.target_edits import count_text, wrap_handed
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, class_name

ID = "metric-encoding"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at Keras's own metrics that refused the shapes of target and output."""
    comparison = find_comparison(case)
    if comparison is None or comparison.role != "metric":
        return
    if is_users_function(comparison.function) or len(comparison.prediction) < 2:
        return
    if comparison.relation in ("indices", "width", "one-hot", "surplus-axes", "two-units"):
        yield _diagnosis(case, comparison)


def _diagnosis(case: Case, comparison: Comparison) -> Diagnosis:
    given = _given(comparison)
    side, steps, summary = output_side(comparison), target_steps(comparison), summary_of(comparison)
    own = comparison.function if isinstance(comparison.function, str) else None
    name = given.name if given is not None and given.name else class_name(comparison.function)
    name = own or name
    values = values_told(summary)
    lines = _told(case, comparison, given, name)
    if values:
        lines.insert(1, f"The labels hold {values}.")
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        "\n".join(lines),
        places=first_own(
            case,
            [
                given.place if given else None,
                *(step.place for step in steps),
                boundary_place(comparison.boundary),
            ],
        ),
        evidence=(
            Evidence("shape", f"{name} got y_true {comparison.target}, y_pred "
                     f"{comparison.prediction}", given.place if given else None),
            *facts(case, comparison, side, steps, summary),
        ),
        fixes=tuple(_fixes(case, comparison, given)),
    )  # fmt: skip


def _told(case: Case, comparison: Comparison, given: Given | None, name: str) -> list[str]:
    received = f"received y_true {comparison.target}, y_pred {comparison.prediction}."
    place = at(case, given.place if given else None)
    if comparison.relation == "one-hot":
        return [
            f"The metric {name}{place} expects class numbers and {received}",
            "The labels are one-hot rows; the loss takes them so, the metric does not.",
            f"Use categorical_accuracy instead of {name}, or keep the labels as integers.",
        ]
    return [
        f"The metric {name}{place} expects one-hot targets of the output's shape (2D, a column for "
        f"each class), {comparison.prediction}, and {received}",
        "The labels are sparse: integers, one for each sample; the loss takes them so, the metric "
        "does not.",
        f"Remove {name}, use a metric for integer labels (accuracy, sparse_categorical_accuracy), "
        "or turn the labels into one-hot rows with to_categorical and use "
        "categorical_crossentropy.",
    ]


def _given(comparison: Comparison) -> Given | None:
    """Return the expression in `compile` that named the metric."""
    wanted = {comparison.name.lower().replace("_", ""), class_name(comparison.function).lower()}
    function = getattr(comparison.function, "__name__", "")
    wanted.add(function.lower().replace("_", ""))
    for each in metrics_given(comparison):
        name = each.name.lower().replace("_", "")
        if name in wanted or _label(each) == comparison.name:
            return each
    return None


def _label(given: Given) -> str | None:
    """Return the `name=` that a metric was made with."""
    if not isinstance(given.node, ast.Call):
        return None
    found = next((e.value for e in given.node.keywords if e.arg == "name"), None)
    return str(found.value) if isinstance(found, ast.Constant) else None


def _fixes(case: Case, comparison: Comparison, given: Given | None) -> Iterator[Fix]:
    if given is None or not case.program.is_own(given.file.path):
        return
    removed = _removed(given)
    if removed is not None:
        yield removed
    if comparison.relation == "one-hot":
        found = renamed_loss(given, "categorical_accuracy")
        fix = make_fix(found[0], f"Use {found[1]} instead", likelihood=0.8) if found else None
        if fix is not None:
            yield fix
        return
    both = _one_hot(case, comparison)
    if both is not None:
        yield both


_FOR_ROWS = {
    "Precision", "Recall", "AUC", "F1Score", "FBetaScore", "CategoricalAccuracy",
    "categorical_accuracy", "PrecisionAtRecall", "RecallAtPrecision", "CategoricalCrossentropy",
    "TopKCategoricalAccuracy", "SensitivityAtSpecificity", "SpecificityAtSensitivity",
}  # fmt: skip
"""Metrics that want a column for each class."""


def _removed(given: Given) -> Fix | None:
    """Remove the metric, and all others that want one-hot rows as it does."""
    file, container = given.file, given.file.parent(given.node)
    if not isinstance(container, ast.List | ast.Tuple):
        return None
    kept = [
        file.segment(each)
        for each in container.elts
        if each is not given.node and Given(file, each).name not in _FOR_ROWS
    ]
    quote = "'" if "'" in file.segment(container) else '"'
    editor = Editor(file)
    if len(kept) == len(container.elts) - 1 and kept:
        editor.remove_element(container, given.node)
    else:
        editor.replace(container, f"[{', '.join(kept or [f'{quote}accuracy{quote}'])}]")
    return make_fix(
        editor,
        f"Remove the metric {given.name}, which does not fit the labels",
        repair_class=RepairClass.B,
        likelihood=0.8,
    )


def _one_hot(case: Case, comparison: Comparison) -> Fix | None:
    """Turn the labels into one-hot rows, and the loss into the one that takes them."""
    loss, count, steps = loss_given(comparison), comparison.prediction[-1], target_steps(comparison)
    renamed = renamed_loss(loss, "categorical_crossentropy") if loss is not None else None
    if loss is None or renamed is None or count is None or not steps:
        return None
    if "sparse" not in loss.name.lower():
        return None
    text = count_text(case, steps[0].file, steps[0].node, count)
    wrapped = wrap_handed(
        case, comparison, "{ref}(", f", {text})", title="", likelihood=0.6,
        reference="keras.utils.to_categorical",
    )  # fmt: skip
    if wrapped is None:
        return None
    edits = (*renamed[0].edits(), *wrapped.edits)
    if len({(edit.file, edit.line) for edit in edits}) < len(edits):
        return None
    return Fix(
        "Turn the labels into one-hot rows with to_categorical, and use categorical_crossentropy",
        edits,
        RepairClass.B,
        likelihood=0.6,
    )
