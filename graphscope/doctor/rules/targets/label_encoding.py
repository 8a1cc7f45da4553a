"""Labels are numbers where the loss wants one-hot rows, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.compiled import Given, loss_given
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.output_side import OutputSide, output_side
from graphscope.doctor.facts.target_data import summary_of, target_steps
from graphscope.doctor.facts.units import columns_of
from graphscope.doctor.facts.wording_targets import (
    boundary_place,
    facts,
    first_own,
    output_told,
    values_told,
    whole_told,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Place, Severity
from graphscope.doctor.fixes.encoding_fixes import encoding_fixes, fitted_before
from graphscope.doctor.fixes.encodings import Encoding, encoding_in
from graphscope.doctor.wording import at, label

ID = "label-encoding"

_RELATIONS = {"indices", "one-hot", "two-units", "one-hot-single"}
_NEEDS = {
    "sparse": "wants class numbers (integer ids) of shape {numbers} with a prediction per class",
    "categorical": "wants one-hot {noun}, so that targets and output must have the same shape",
    "binary": "wants numbers from 0 to 1, so targets and output must have the same shape",
}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Tell numbers and one-hot rows apart by the shapes that a loss of Keras received."""
    comparison = find_comparison(case)
    if comparison is None or comparison.role != "loss" or comparison.relation not in _RELATIONS:
        return
    if comparison.kind == "own":
        return
    yield _diagnosis(case, comparison)


def _diagnosis(case: Case, comparison: Comparison) -> Diagnosis:
    side, steps = output_side(comparison), target_steps(comparison)
    given, encoding = loss_given(comparison), _encoding(steps)
    fixes = tuple(encoding_fixes(case, comparison, side, steps, given, encoding))
    coded = Place(encoding.file.path, encoding.node.lineno) if encoding else None
    loss_place = given.place if given is not None else _hand_place(comparison)
    first = [coded, loss_place] if comparison.relation == "one-hot-single" else [loss_place, coded]
    is_odd = comparison.relation == "indices" and fitted_before(comparison)
    if is_odd and steps:
        first = [steps[0].place, *first]
    if comparison.relation == "one-hot-single" and coded is None and side is not None:
        first = [side.place, *first]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        _message(case, comparison, side, given, steps, encoding),
        places=first_own(
            case, [*first, *(s.place for s in steps), boundary_place(comparison.boundary)]
        ),
        layer=side.name if side is not None else None,
        evidence=_evidence(case, comparison, side, steps, encoding),
        fixes=fixes,
    )


def _hand_place(comparison: Comparison) -> Place | None:
    frame = comparison.frame
    return Place(frame.position.file, frame.position.line) if frame is not None else None


def _encoding(steps: list[Step]) -> Encoding | None:
    for step in steps:
        found = encoding_in(step.file, step.node)
        if found is not None:
            return found
    return None


def _message(
    case: Case,
    comparison: Comparison,
    side: OutputSide | None,
    given: Given | None,
    steps: list[Step],
    encoding: Encoding | None,
) -> str:
    summary = summary_of(comparison)
    numbers = comparison.prediction[:-1]
    name = given.name if given is not None else comparison.name
    written = f" ({given.text}){at(case, given.place)}" if given is not None else ""
    needs = _NEEDS.get(comparison.kind, "").format(numbers=_batch(numbers), noun=_noun(comparison))
    lines = [
        f"The loss {name}{written} {needs}.",
        f"The {output_told(case, comparison, side)}.",
        f"{_labels(comparison, steps)}{whole_told(summary)}"
        f"{_comma(values_told(summary))}: the target is {comparison.target}.",
    ]
    if comparison.relation == "indices" and fitted_before(comparison):
        lines.append("The targets of the training data are one-hot rows: only these are not.")
    elif encoding is not None:
        place = Place(encoding.file.path, encoding.node.lineno)
        lines.append(
            f"{encoding.name}{at(case, place)} makes the one-hot rows "
            f"({columns_of(comparison.target)} columns): {encoding.text}."
        )
    lines.append(_remedy(comparison))
    return "\n".join(lines)


def _batch(shape: tuple[int | None, ...]) -> str:
    return "(batch,)" if len(shape) == 1 else f"(batch, {', '.join(map(str, shape[1:]))})"


def _comma(text: str) -> str:
    return f", {text}" if text else ""


def _labels(comparison: Comparison, steps: list[Step]) -> str:
    text = f" `{steps[0].text}`" if steps else ""
    if comparison.relation in ("one-hot", "one-hot-single"):
        return f"The labels{text} are one-hot {_noun(comparison)}"
    holds = f" from 0 to {(comparison.prediction[-1] or 1) - 1}"
    is_mask = _noun(comparison) == "masks"
    subject = f"masks{text} hold" if is_mask else f"labels{text} are"
    summary = summary_of(comparison)
    known = summary is not None and summary.minimum is not None
    return f"The {subject} integers (class indices){'' if known else holds}"


def _noun(comparison: Comparison) -> str:
    """Rows of a table, or maps with a class for each pixel."""
    return "masks" if len(comparison.prediction) == 4 else "rows"


def _remedy(comparison: Comparison) -> str:
    count = comparison.prediction[-1]
    if comparison.relation == "indices":
        return (
            "Use sparse_categorical_crossentropy, which takes integers, or turn the labels into "
            f"one-hot rows: to_categorical(labels, {count}) gives {comparison.prediction}."
        )
    if comparison.relation == "two-units":
        return (
            "Use sparse_categorical_crossentropy with these two units, or one unit with a sigmoid "
            "for a binary label."
        )
    if comparison.relation == "one-hot-single":
        return (
            "One unit with a sigmoid takes labels 0 / 1 as they are, without one-hot columns; or "
            f"give the layer {comparison.target[-1]} units with softmax and use "
            "categorical_crossentropy."
        )
    return (
        "Use categorical_crossentropy (CategoricalCrossentropy), which takes one-hot rows, or keep "
        "the labels as integer ids: drop to_categorical or one_hot."
    )


def _evidence(
    case: Case,
    comparison: Comparison,
    side: OutputSide | None,
    steps: list[Step],
    encoding: Encoding | None,
) -> tuple[Evidence, ...]:
    found = list(facts(case, comparison, side, steps, summary_of(comparison)))
    if comparison.relation == "indices":
        found.append(
            Evidence(
                "note",
                f"{comparison.name} expects one-hot targets {comparison.prediction}; "
                f"{comparison.name.replace('categorical', 'sparse_categorical')} or to_categorical",
            )
        )
    if encoding is not None:
        place = Place(encoding.file.path, encoding.node.lineno)
        found.append(Evidence("code", f"one-hot rows are made by {encoding.text}", place))
    if side is not None:
        activation = getattr(getattr(side.width_layer, "activation", None), "__name__", "")
        units = comparison.prediction[-1]
        found.append(
            Evidence("value", f"{label(side.layer)} has {units} unit(s), {activation}", side.place)
        )
    return tuple(found)
