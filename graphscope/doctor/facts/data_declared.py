"""Declare a model's input with the shape that the data has."""

from __future__ import annotations

from graphscope.doctor.facts.handed import Part
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.shape_edits import elements_of, shape_text, tuple_text
from graphscope.doctor.source import Editor


def declare_received(part: Part, *, likelihood: float) -> Fix | None:
    """Return the fix that declares the input with the shape of one received sample."""
    case = part.handover.case
    source = part.declared.source(case) if part.declared else None
    received = part.shape
    if source is None or received is None or not case.program.is_own(source.file.path):
        return None
    text = _text(elements_of(source.file, source.node), source.shape, received[1:])
    if source.parameter in ("batch_shape", "batch_input_shape"):
        text = shape_text((part.declared.shape[0], *received[1:])) if part.declared else text
    return make_fix(
        Editor(source.file).replace(source.node, text),
        f"Declare the input as the data is: {source.parameter}={text}",
        repair_class=RepairClass.B,
        likelihood=likelihood,
    )


def _text(
    elements: list[str] | None, before: tuple[int | None, ...], after: tuple[int | None, ...]
) -> str:
    """Return the new shape with the user's own texts for sizes that stay."""
    if elements is None or len(elements) != len(before):
        return shape_text(after)
    names: dict[int | None, str] = dict(zip(before, elements, strict=True))
    return tuple_text([names.get(size, str(size)) for size in after])
