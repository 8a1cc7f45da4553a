"""Edits that bring labels and a loss of Keras together: another loss, or other labels."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison
from graphscope.doctor.facts.compiled import Given, metrics_given, renamed_loss
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.output_side import OutputSide
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import find_argument, make_fix
from graphscope.doctor.fixes.encodings import Encoding
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.fixes.target_edits import count_text, wrap_handed
from graphscope.doctor.source import Editor, refer_to


def encoding_fixes(
    case: Case,
    comparison: Comparison,
    side: OutputSide | None,
    steps: list[Step],
    given: Given | None,
    encoding: Encoding | None,
) -> Iterator[Fix]:
    """Yield the edits, most natural first."""
    relation = comparison.relation
    if relation == "one-hot-single":
        yield from _dropped(case, encoding, 0.85)
        yield from _softmax(case, comparison, side)
        return
    new = "categorical_crossentropy" if relation == "one-hot" else "sparse_categorical_crossentropy"
    is_odd = relation == "indices" and fitted_before(comparison)
    if is_odd:
        yield from _encoded(case, comparison, steps, is_odd=True)
    if given is not None and case.program.is_own(given.file.path):
        if relation == "indices" and comparison.kind == "binary":
            yield from _loss_and_softmax(case, comparison, side, given, new)
        yield from _other_loss(comparison, given, new)
    if relation == "one-hot":
        yield from _dropped(case, encoding, 0.6)
    elif relation == "indices" and not is_odd:
        yield from _encoded(case, comparison, steps)
    elif relation == "two-units":
        yield from _sigmoid(case, side)


def _other_loss(comparison: Comparison, given: Given, new: str) -> Iterator[Fix]:
    found = renamed_loss(given, new)
    if found is None:
        return
    editor, text = found
    _metrics_too(comparison, editor, given, new)
    fix = make_fix(
        editor,
        f"Use {text} instead of {given.name}",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    if fix is not None:
        yield fix


def _loss_and_softmax(
    case: Case, comparison: Comparison, side: OutputSide | None, given: Given, new: str
) -> Iterator[Fix]:
    """One class of several: the loss for class numbers, and softmax in place of sigmoids."""
    head = side.width_layer if side is not None else None
    made = creation_call(case, head) if head is not None else None
    found = renamed_loss(given, new)
    if made is None or found is None or made[0] is not given.file:
        return
    activation = find_argument(made[1], type(head), "activation")
    if not isinstance(activation, ast.Constant) or activation.value != "sigmoid":
        return
    editor, text = found
    _metrics_too(comparison, editor, given, new)
    quote = given.file.segment(activation)[0]
    editor.replace(activation, f"{quote}softmax{quote}")
    fix = make_fix(
        editor,
        f"Use {text} instead of {given.name}, with softmax instead of sigmoid: one class of "
        f"{comparison.prediction[-1]}",
        repair_class=RepairClass.A,
        likelihood=0.94,
    )
    if fix is not None:
        yield fix


def _metrics_too(comparison: Comparison, editor: Editor, given: Given, new: str) -> None:
    """Rename metrics for the other encoding along with the loss."""
    wrong, right = ("categorical_accuracy", "sparse_categorical_accuracy")
    if not new.startswith("sparse"):
        wrong, right = right, wrong
    for metric in metrics_given(comparison):
        node = metric.node
        if metric.file is given.file and isinstance(node, ast.Constant) and node.value == wrong:
            quote = metric.file.segment(node)[0]
            editor.replace(node, f"{quote}{right}{quote}")


def _dropped(case: Case, encoding: Encoding | None, likelihood: float) -> Iterator[Fix]:
    """Take the encoding away, so that the labels stay numbers."""
    if encoding is None or not case.program.is_own(encoding.file.path):
        return
    file = encoding.file
    text = file.segment(encoding.labels)
    fix = make_fix(
        Editor(file).replace(encoding.node, text),
        f"Keep the labels as numbers: {text} instead of {encoding.text}",
        repair_class=RepairClass.B,
        likelihood=likelihood,
    )
    if fix is not None:
        yield fix


def fitted_before(comparison: Comparison) -> bool:
    """Whether the same loss took other targets before: those of the training data."""
    return any(
        record.error is None
        and record.name == comparison.name
        and record.output == comparison.output
        and record.target is not None
        and record.target.shape is not None
        and len(record.target.shape) != len(comparison.target)
        for record in comparison.case.recording.losses
    )


def _encoded(
    case: Case, comparison: Comparison, steps: list[Step], *, is_odd: bool = False
) -> Iterator[Fix]:
    count = comparison.prediction[-1]
    if comparison.frame is not None:
        yield from _encoded_by_hand(case, comparison)
        return
    if not steps or count is None:
        return
    text = count_text(case, steps[0].file, steps[0].node, count)
    fix = wrap_handed(
        case,
        comparison,
        "{ref}(",
        f", {text})",
        title=f"Turn the labels into one-hot rows: to_categorical({steps[0].text}, {text})",
        likelihood=0.93 if is_odd else 0.6,
        reference="keras.utils.to_categorical",
        is_odd=is_odd,
    )
    if fix is not None:
        yield fix


def _encoded_by_hand(case: Case, comparison: Comparison) -> Iterator[Fix]:
    """Turn the labels into one-hot rows in the user's own call of the loss."""
    found = case.program.call(comparison.frame) if comparison.frame is not None else None
    if found is None or not found[1].args or not case.program.is_own(found[0].path):
        return
    file, call = found
    editor, one_hot = Editor(file), refer_to(file, "keras.ops.one_hot")
    one_hot.imported(editor)
    editor.wrap(call.args[0], f"{one_hot.text}(", f", {comparison.prediction[-1]})")
    fix = make_fix(
        editor,
        f"Turn the labels into one-hot rows: {one_hot.text}({file.segment(call.args[0])}, "
        f"{comparison.prediction[-1]})",
        likelihood=0.6,
    )
    if fix is not None:
        yield fix


def _softmax(case: Case, comparison: Comparison, side: OutputSide | None) -> Iterator[Fix]:
    yield from _units(case, side, str(comparison.target[-1]), "softmax", 0.6)


def _sigmoid(case: Case, side: OutputSide | None) -> Iterator[Fix]:
    yield from _units(case, side, "1", "sigmoid", 0.6)


def _units(
    case: Case,
    side: OutputSide | None,
    units: str,
    activation: str,
    likelihood: float,
) -> Iterator[Fix]:
    """Give the last layer another number of units, with the activation that goes with it."""
    width = side.width if side is not None else None
    if width is None or not case.program.is_own(width.file.path):
        return
    editor = Editor(width.file).replace(width.node, units)
    given = next((each for each in width.call.keywords if each.arg == "activation"), None)
    if given is not None and isinstance(given.value, ast.Constant):
        quote = width.file.segment(given.value)[:1]
        if given.value.value in ("softmax", "sigmoid"):
            editor.replace(given.value, f"{quote}{activation}{quote}")
    fix = make_fix(
        editor,
        f"Give the last layer {units} unit(s) with {activation}",
        repair_class=RepairClass.B,
        likelihood=likelihood,
    )
    if fix is not None:
        yield fix
