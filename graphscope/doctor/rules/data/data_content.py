"""Data that is no array of numbers: texts, objects, ragged lists, lists instead of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_telling import best_places, called, layer_of, made_by
from graphscope.doctor.facts.handed import Handover, Part
from graphscope.doctor.facts.handover import handover
from graphscope.doctor.facts.mismatch import compare, same_sizes
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import Change, change_at_calls, known
from graphscope.doctor.records import DataSummary
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import shape

ID = "data-content"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the kinds and types of what is handed over, before any layer saw it."""
    own = handover(case)
    if own is None or case.failure is None or case.failure.layer_call is not None:
        return
    if own.source not in ("array", "other") or own.boundary is None:
        return
    if not case.failure.keras_frames:
        return
    listed = _samples_in_a_list(own)
    if listed is not None:
        yield listed
        return
    for part in own.parts:
        found = _kind_of(part)
        if found is not None:
            yield found
            return


def _samples_in_a_list(own: Handover) -> Diagnosis | None:
    """Say that a list of samples is taken for a list of inputs."""
    parts, declared = own.parts, own.declared
    if isinstance(own.structure, Mapping | DataSummary) or len(declared) != 1 or len(parts) < 2:
        return None
    shapes = [each.shape for each in parts]
    if any(each is None or not same_sizes(declared[0].shape[1:], each) for each in shapes):
        return None
    fix = _as_array(parts[0].handover)
    fixes = known([fix])
    return _report(
        parts[0],
        f"the inputs are a Python list of {len(parts)} arrays, each {shape(shapes[0])}. Keras "
        f"takes a list for several inputs of a model, and this model has one input, "
        f"{shape(declared[0].shape)}.\nMake one array of the samples: np.array(...) or "
        f"np.stack(...) gives {shape((len(parts), *(shapes[0] or ())))}.",
        fixes,
    )


def _as_array(own: Handover) -> Fix | None:
    if own.node is None or not own.case.program.is_own(own.file.path):
        return None
    editor = Editor(own.file)
    array = refer_to(own.file, "numpy.array")
    array.imported(editor)
    editor.wrap(own.node, f"{array.text}(", ")")
    return make_fix(
        editor,
        "Make one array of the list",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )


def _kind_of(part: Part) -> Diagnosis | None:
    summary = part.summary
    if not isinstance(summary, DataSummary) or part.declared is None:
        return None
    if summary.kind == "list":
        return _list(part, summary)
    if part.declared.dtype == "string":
        return None
    if part.spec.dtype == "object":
        return _objects(part, summary)
    if part.spec.dtype.startswith(("str", "<U", "|S", "bytes", "datetime", "timedelta")):
        return _texts(part)
    return None


def _list(part: Part, summary: DataSummary) -> Diagnosis | None:
    """Say that a list of numbers is no array."""
    assert part.declared is not None
    if summary.spec.dtype == "object":
        return _ragged(part, f"a Python list of {(part.shape or (0,))[0]} rows")
    mismatch = compare(part.declared.shape, part.shape) if part.shape is not None else None
    single = mismatch is not None and mismatch.kind == "single-sample"
    own = part.handover
    if own.node is None or part.key is not None:
        return None
    editor = Editor(own.file)
    array = refer_to(own.file, "numpy.array")
    array.imported(editor)
    inner = ("([", "])") if single else ("(", ")")
    editor.wrap(own.node, f"{array.text}{inner[0]}", inner[1])
    fix = make_fix(
        editor,
        f"Make an array of the list{', with a batch axis' if single else ''}",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    told = " It is one sample, too: the batch axis is missing." if single else ""
    return _report(
        part,
        f"{part.text} is a Python list of numbers, {shape(part.spec)}, and Keras takes lists only "
        f"as lists of several inputs.{told}\nHand over an array, np.array(...)"
        f"{', of shape ' + shape((1, *(part.shape or ()))) if single else ''}.",
        known([fix]),
    )


def _objects(part: Part, summary: DataSummary) -> Diagnosis:
    values = _values(summary)
    rows = [each for each in values if hasattr(each, "__len__") and not isinstance(each, str)]
    if rows:
        return _ragged(part, f"an array of dtype object, {shape(part.spec)}")
    texts = sorted({type(each).__name__ for each in values})
    bad = next((each for each in values if isinstance(each, str) and not _is_number(each)), None)
    change = Change('.astype("float32")')
    fixes = known([
        change_at_calls(
            part, change, "Convert to numbers", likelihood=0.8, repair_class=RepairClass.A
        )
        if bad is None
        else None
    ])  # fmt: skip
    return _report(
        part,
        f"{part.text} has dtype object and not a number type (invalid dtype: object): its values "
        f"are {', '.join(texts) or 'Python objects'}"
        f"{f', for example {bad!r}' if bad is not None else ''}.\nConvert it with "
        '.astype("float32"); encode texts and categories as numbers first, and drop or fill None.',
        fixes,
    )


def _values(summary: DataSummary) -> list[Any]:
    sample = summary.sample
    return list(sample.reshape(-1)[:2000]) if sample is not None else []


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _texts(part: Part) -> Diagnosis:
    values = _values(part.summary)
    numeric = bool(values) and all(_is_number(str(each)) for each in values)
    change = Change('.astype("float32")')
    fixes = known([
        change_at_calls(
            part, change, "Convert the texts to numbers", likelihood=0.9,
            repair_class=RepairClass.A,
        )
        if numeric
        else None
    ])  # fmt: skip
    example = f", for example {str(values[0])!r}" if values else ""
    advice = (
        'They are written numbers: convert them with .astype("float32").'
        if numeric
        else "Turn words into indices first, with a TextVectorization or StringLookup layer."
    )
    return _report(
        part,
        f"{part.text}, {shape(part.spec)}, holds texts ({part.spec.dtype}){example}, and the input "
        f"takes {part.declared.dtype if part.declared else 'numbers'}.\n{advice}",
        fixes,
    )


def _ragged(part: Part, what: str) -> Diagnosis:
    """Say that rows of different lengths make no array."""
    assert part.declared is not None
    own = part.handover
    length = part.declared.shape[1] if len(part.declared.shape) > 1 else None
    fixes: list[Fix | None] = []
    if part.expression is not None and own.case.program.is_own(part.expression[0].path):
        file, node, _ = part.expression
        editor = Editor(file)
        pad = refer_to(file, "keras.utils.pad_sequences")
        pad.imported(editor)
        limit = f", maxlen={length}" if length is not None else ""
        kind = ', dtype="float32"' if part.declared.dtype.startswith("float") else ""
        editor.wrap(node, f"{pad.text}(", f"{limit}{kind})")
        fixes.append(
            make_fix(
                editor,
                f"Pad the rows to one length with pad_sequences(..{limit})",
                repair_class=RepairClass.A,
                likelihood=0.9,
            )
        )
    lengths = sorted({len(each) for each in _values(part.summary) if hasattr(each, "__len__")})
    told = f" of {lengths[0]} to {lengths[-1]} entries" if lengths else ""
    return _report(
        part,
        f"{part.text} is {what}{told}: ragged rows, of different lengths, make no array of numbers."
        f"\nPad or cut them to the length that the input declares, {shape(part.declared.shape)}, "
        "with keras.utils.pad_sequences.",
        known(fixes),
    )


def _report(part: Part, told: str, fixes: tuple[Fix, ...]) -> Diagnosis:
    own = part.handover
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{called(own)} failed: {told}",
        places=best_places(fixes, own.place),
        layer=layer_of(part),
        evidence=(
            Evidence("data", f"{part.text} is {shape(part.spec)} {part.spec.dtype}", own.place),
            *made_by(part),
        ),
        fixes=fixes,
    )
