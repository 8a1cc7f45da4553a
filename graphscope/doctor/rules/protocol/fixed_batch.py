"""A model is built for one batch size, and gets a batch of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_steps import pipeline
from graphscope.doctor.facts.data_telling import best_places, called, facts, layer_of
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.handed import Handover, Part
from graphscope.doctor.facts.handover import argument_node, handover
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import binds_loosely, known
from graphscope.doctor.fixes.names import named_values
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, label, place_of, shape

ID = "fixed-batch-size"

_DEFAULT = 32


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the batch size that the input declares with the batches that come."""
    own = handover(case)
    if case.failure is None or own is None:
        return
    for part in own.parts:
        fixed = part.declared.shape[0] if part.declared is not None else None
        if fixed is None or part.shape is None:
            continue
        if part.mismatch is not None and part.mismatch.axes not in ((), (0,)):
            return
        rows, batch = _rows(part), _batch(part, fixed)
        odd = _odd_batch(rows, batch, fixed)
        if odd is not None:
            yield _tell(part, fixed, rows, batch, odd)
            return


def _rows(part: Part) -> int | None:
    if part.handover.source != "dataset":
        return (part.shape or (None,))[0]
    for step in part.steps:
        if step.shape is not None:
            return step.shape[0]
    return None


def _batch(part: Part, fixed: int) -> int | None:
    """Return how many rows the batches have that Keras cuts."""
    own = part.handover
    if own.method in ("call", "train_on_batch", "test_on_batch", "predict_on_batch"):
        return None
    if own.source == "dataset":
        return (part.shape or (None,))[0] or fixed
    arguments = own.boundary.arguments if own.boundary is not None else {}
    given = arguments.get("batch_size")
    return given if isinstance(given, int) else _DEFAULT


def _odd_batch(rows: int | None, batch: int | None, fixed: int) -> int | None:
    """Return the size of the first batch that is not as declared; None when all are."""
    if rows is None:
        return None
    if batch is None:
        return rows if rows != fixed else None
    if min(rows, batch) != fixed:
        return min(rows, batch)
    return rows % batch or None


def _tell(part: Part, fixed: int, rows: int | None, batch: int | None, odd: int) -> Diagnosis:
    own = part.handover
    case = own.case
    stateful = _stateful(own.model)
    place = part.declared.place(case) if part.declared else None
    why = (
        f"{label(stateful)}{at(case, place_of(case, stateful))} is stateful: it keeps a state for "
        f"each of {fixed} rows, and continues it row by row"
        if stateful is not None
        else "the batch size is a part of the declared shape"
    )
    last = rows is not None and batch is not None and odd == rows % batch and rows > batch
    come = (
        f"{rows} rows in batches of {batch} leave a last batch of {odd}"
        if last
        else f"a batch of {odd} rows came"
    )
    fixes = known(list(_fixes(part, fixed, rows)))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        f"{called(own)} failed: the model was built for batches of exactly {fixed} rows, "
        f"batch_shape={shape(part.declared.shape if part.declared else ())}{at(case, place)}, and "
        f"{come}: expected batch size {fixed}, received {odd}.\n{why[0].upper()}{why[1:]}.\n"
        f"Give batches of {fixed} only (drop_remainder=True, batch_size={fixed}, or {fixed} rows "
        "to predict), or build the model without a fixed batch size for prediction.",
        places=best_places(fixes, own.place, place),
        layer=stateful.name if stateful is not None else layer_of(part),
        evidence=(
            Evidence("arithmetic", f"{rows} rows, batches of {batch or rows}: the batch has {odd}"),
            *facts(part),
        ),
        fixes=fixes,
    )


def _stateful(model: Any) -> Any:
    layers = getattr(model, "layers", [])
    return next((each for each in layers if getattr(each, "stateful", False)), None)


def _fixes(part: Part, fixed: int, rows: int | None) -> Iterator[Fix | None]:
    own = part.handover
    if own.source == "dataset":
        yield _drop_remainder(own)
        return
    if own.boundary is not None and not own.method.endswith("batch"):
        if rows is not None and rows >= fixed:
            yield _trimmed(part, fixed, rows)
        elif rows is not None:
            yield _repeated(part, fixed, rows)
    elif rows is not None and rows < fixed:
        yield _repeated(part, fixed, rows)


def _drop_remainder(own: Handover) -> Fix | None:
    if own.node is None:
        return None
    for file, call in pipeline(own.case, own.file, own.node, own.frame):
        if function_name(call) == "batch" and own.case.program.is_own(file.path):
            return make_fix(
                Editor(file).set_keyword(call, "drop_remainder", "True"),
                "Drop the last, smaller batch: drop_remainder=True",
                repair_class=RepairClass.A,
                likelihood=0.95,
            )
    return None


def _trimmed(part: Part, fixed: int, rows: int) -> Fix | None:
    """Hand over a multiple of the batch size, in batches of that size."""
    own = part.handover
    if not own.case.program.is_own(own.file.path) or own.role != "x":
        return None
    size = _named(own, fixed)
    editor = Editor(own.file)
    whole = rows // fixed * fixed
    if whole != rows:
        for name in ("x", "y", "sample_weight"):
            node = argument_node(own.call, name)
            if node is not None:
                editor.wrap(node, "(" if binds_loosely(node) else "", f"[:{whole}]")
    arguments = own.boundary.arguments if own.boundary is not None else {}
    if arguments.get("batch_size", _DEFAULT) != fixed:
        editor.set_keyword(own.call, "batch_size", size)
    return make_fix(
        editor,
        f"Hand over {whole} rows, whole batches of {fixed}",
        repair_class=RepairClass.B,
        likelihood=0.85,
    )


def _repeated(part: Part, fixed: int, rows: int) -> Fix | None:
    """Fill a batch up with copies, and keep the first results."""
    own = part.handover
    if part.expression is None or not own.case.program.is_own(part.expression[0].path):
        return None
    file, node, _ = part.expression
    editor = Editor(file)
    repeat = refer_to(file, "numpy.resize")
    repeat.imported(editor)
    size = _named(own, fixed)
    text = file.segment(node)
    editor.wrap(node, f"{repeat.text}(", f", ({size}, *{text}.shape[1:]))")
    if fixed != _DEFAULT and own.method in ("predict", "evaluate"):
        editor.set_keyword(own.call, "batch_size", size)
    return make_fix(
        editor,
        f"Fill the batch up to {fixed} rows with copies of the {rows}",
        repair_class=RepairClass.B,
        likelihood=0.8,
    )


def _named(own: Handover, value: int) -> str:
    return next(iter(named_values(own.case, own.file, own.call, value)), str(value))
