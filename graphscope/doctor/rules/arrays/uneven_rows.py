"""Rows of different lengths, or text, where one array of numbers is needed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import append, fix_of
from graphscope.doctor.facts.failing import Failing, failing, function_name, raised_by
from graphscope.doctor.facts.looking import is_array
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.origins import as_evidence, trace_data
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, distinct

ID = "uneven-rows"

_MAKERS = {"array", "asarray", "stack", "vstack", "float32", "convert_to_tensor", "constant",
           "from_tensor_slices"}  # fmt: skip
_TRAINING = {"fit", "predict", "evaluate", "train_on_batch", "test_on_batch"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the rows of what was to become an array."""
    found = failing(case)
    error = case.failure.exception if case.failure else None
    if found is None or not isinstance(error, ValueError | TypeError):
        return
    call = found.node
    if not isinstance(call, ast.Call):
        return
    name = function_name(call)
    if name in _MAKERS and call.args:
        candidates: list[tuple[str, ast.expr]] = [("", call.args[0])]
    elif name == "astype" and isinstance(call.func, ast.Attribute):
        candidates = [("", call.func.value)]
    elif name in _TRAINING and raised_by(case) != "user":
        candidates = [(each.arg or "", each.value) for each in call.keywords]
        candidates += [(("x", "y")[i], node) for i, node in enumerate(call.args[:2])]
    else:
        return
    for role, node in candidates:
        value = found.look(node)
        if not isinstance(value, list | tuple) and not is_array(value):
            continue
        if _is_for_inputs(case, value):
            continue
        lengths = _lengths(value)
        if lengths is not None and len(set(lengths)) > 1:
            yield _uneven(case, found, node, role, lengths, value)
            return
        text = _text(value) if role != "y" else None  # text-labels knows about those
        if text is not None:
            yield _words(case, found, node, role, *text)
            return


def _is_for_inputs(case: Case, value: Any) -> bool:
    """Whether a list holds the arrays of several inputs or outputs, and not rows."""
    model = case.failure.boundary.model if case.failure and case.failure.boundary else None
    counts = {len(getattr(model, name, None) or []) for name in ("inputs", "outputs")}
    arrays = isinstance(value, list | tuple) and all(is_array(each) for each in value)
    return arrays and len(value) > 1 and len(value) in counts


def _lengths(value: Any) -> list[int] | None:
    """The lengths of the rows; None when they are no sequences."""
    if is_array(value) and value.dtype.kind != "O":
        return None
    rows = list(value)
    if not rows or not all(isinstance(row, list | tuple) or is_array(row) for row in rows):
        return None
    return [len(row) for row in rows if not is_array(row) or row.ndim]


def _uneven(
    case: Case, found: Failing, node: ast.expr, role: str, lengths: list[int], value: Any
) -> Diagnosis:
    text = found.source(node)
    least, most = min(lengths), max(lengths)
    first = next(index for index, length in enumerate(lengths) if length != lengths[0])
    what = f"{role}={text}" if role else text
    origin = trace_data(case, node, found.frame)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{found.text}{at(case, found.place)}: the {len(lengths)} rows of {what} have different "
        f"lengths, from {least} to {most}: row 0 has {lengths[0]} elements, row {first} has "
        f"{lengths[first]}. Such rows make no array of numbers (inhomogeneous shape, dtype "
        "object).\n"
        "Bring them to one length first: keras.utils.pad_sequences(rows, padding='post') fills the "
        "short ones with 0, maxlen= cuts the long ones.",
        places=distinct([found.place, *origin.places[:2]]),
        evidence=(
            Evidence("data", f"lengths of {text}: {lengths[:8]}, {least} to {most}", found.place),
            *as_evidence(case, origin)[:3],
        ),
        fixes=tuple(_padded(found, node, value)),
    )


def _padded(found: Failing, node: ast.expr, value: Sequence[Any]) -> Iterator[Fix]:
    pad = refer_to(found.file, "keras.utils.pad_sequences")
    flat = [item for row in list(value)[:50] for item in list(row)[:50]]
    if any(isinstance(item, str | list | tuple) or (is_array(item) and item.ndim) for item in flat):
        return
    is_float = any(isinstance(item, float) or (is_array(item) and item.dtype.kind == "f")
                   for item in flat)  # fmt: skip
    dtype = ', dtype="float32"' if is_float else ""
    editor = pad.imported(Editor(found.file))
    editor.wrap(node, f"{pad.text}(", f', padding="post"{dtype})')
    title = f"Fill the short rows with zeros up to the longest: {pad.text}"
    yield from fix_of(editor, title, 0.85)


def _text(value: Any) -> tuple[str, int, int | None] | None:
    """The first entry that is no number, its row and column."""
    import numpy

    try:
        array = value if is_array(value) else numpy.asarray(value)
    except ValueError:
        return None
    if array.dtype.kind not in "USO" or not array.size:
        return None
    for index, item in numpy.ndenumerate(array[:2000]):
        if isinstance(item, str) and not _is_number(item):
            return str(item), index[0], index[1] if len(index) > 1 else None
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _words(
    case: Case, found: Failing, node: ast.expr, role: str, item: str, row: int, column: int | None
) -> Diagnosis:
    text = found.source(node)
    where = f"row {row}" + (f", column {column}" if column is not None else "")
    is_vector = column is None
    fixes: list[Fix] = []
    if is_vector:
        unique = refer_to(found.file, "numpy.unique")
        editor = unique.imported(Editor(found.file))
        editor.wrap(node, f"{unique.text}(", ", return_inverse=True)[1]")
        fixes = fix_of(editor, f"Number the classes: {unique.text}(..., return_inverse=True)", 0.85)
    elif column:
        dtype = '.astype("float32")' if role else ""
        editor = append(found, node, f"[:, :{column}]{dtype}")
        title = f"Use the columns before the text one only: [:, :{column}]"
        fixes = fix_of(editor, title, 0.6, RepairClass.C)
    origin = trace_data(case, node, found.frame)
    what = f"{role}={text}" if role else text
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{found.text}{at(case, found.place)}: {what} holds text, {item!r} in {where}: could not "
        "convert string to float.\n"
        + (
            "Labels must be class numbers: np.unique(labels, return_inverse=True)[1] numbers the "
            "classes 0, 1, 2, ..."
            if is_vector
            else "Leave that column out, or turn its values into numbers (a category into its "
            "index or one-hot columns) before the array is made."
        ),
        places=distinct([found.place, *origin.places[:2]]),
        evidence=(
            Evidence("data", f"{text}: {item!r} in {where}", found.place),
            *as_evidence(case, origin)[:3],
        ),
        fixes=tuple(fixes),
    )
