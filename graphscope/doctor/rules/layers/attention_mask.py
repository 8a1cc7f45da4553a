"""An attention mask that does not cover the scores: of another rank, or for another length."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.home import (
    argument_node,
    bases_of,
    bound_arguments,
    home_of,
    layers_around,
    written_at,
)
from graphscope.doctor.facts.looking import is_array, shape_of
from graphscope.doctor.facts.mask_sizes import (
    CUTTING,
    WrittenSize,
    outside_first,
    ranked,
    resized,
    size_origin,
    written_sizes,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import trace_value
from graphscope.doctor.records import CallRecord, Frame, Shape, Spec
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, distinct, label, shape

ID = "attention-mask-shape"


@dataclass(frozen=True, slots=True, eq=False)
class _Masked:
    """A call of a multi-head attention with its mask.

    Attributes:
        call: as the user wrote it.
        query, value: their shapes.
        mask: the mask's shape, with the batch size that the run had.
        held: the mask itself.
        file, call_node, node, frame: the call, and the mask's expression in it.
    """

    call: CallRecord
    query: Shape
    value: Shape
    mask: Shape
    held: Any
    file: SourceFile
    call_node: ast.Call
    node: ast.expr
    frame: Frame

    @property
    def text(self) -> str:
        return " ".join(self.file.segment(self.node).split())

    @property
    def lengths(self) -> tuple[int | None, int | None]:
        """How long query and value are."""
        return self.query[-2], self.value[-2]

    @property
    def place(self) -> Place:
        return Place(self.file.path, self.node.lineno)


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the shape of the mask with that of the scores: (batch, query, value)."""
    for call in layers_around(case):
        if not bases_of(call.operation) & {"MultiHeadAttention", "GroupedQueryAttention"}:
            continue
        masked = _masked(case, call)
        if masked is not None:
            yield from _judged(case, masked)
        return


def _masked(case: Case, failed: CallRecord) -> _Masked | None:
    home = home_of(case, failed)
    written = written_at(case, home)
    if written is None:
        return None
    node = argument_node(home, written[1], "attention_mask")
    given, run = bound_arguments(home), bound_arguments(failed)
    shapes = [_shape(home, given.get(name)) for name in ("query", "value", "attention_mask")]
    if node is None or any(each is None for each in shapes):
        return None
    query, value, mask = (each or () for each in shapes)
    mask = _shape(failed, run.get("attention_mask")) or mask
    if len(query) < 3 or len(value) < 3:
        return None
    held = given.get("attention_mask")
    return _Masked(home, query, value, mask, held, written[0], written[1], node, written[2])


def _shape(call: CallRecord, tensor: Any) -> Shape | None:
    for given, spec in zip(call.inputs, call.input_specs, strict=False):
        if given is tensor:
            return spec.shape
    return tensor.shape if isinstance(tensor, Spec) else shape_of(tensor)


def _judged(case: Case, masked: _Masked) -> Iterator[Diagnosis]:
    rows, columns = masked.lengths
    mask = masked.mask
    if len(mask) < 2:
        yield _of_rank(case, masked)
        return
    wrong = [
        (axis, needed)
        for axis, needed in ((-2, rows), (-1, columns))
        if needed is not None and mask[axis] not in (None, 1, needed)
    ]
    if len(mask) == 2 and mask[-1] == columns and (wrong or mask[0] != rows):
        yield _of_rank(case, masked)
    elif wrong:
        yield _of_length(case, masked, wrong)


def _of_rank(case: Case, masked: _Masked) -> Diagnosis:
    rows, columns = masked.lengths
    layer = masked.call.operation
    told = _as_batch(masked.mask)
    fixes = tuple(_expanded(masked))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{label(layer)}{at(case, masked.place)} received the attention_mask {masked.text} of "
        f"shape {shape(masked.mask)}, rank {len(masked.mask)}, and needs "
        f"(batch, {rows}, {columns}) or (batch, 1, {columns}): (batch, query, value).\n"
        f"A padding mask {told} says which steps are real; read without a query axis, its batch "
        "axis is taken for the query's steps, and it cannot be broadcast to the scores "
        f"(batch, heads, {rows}, {columns}).\n"
        f"Expand it by a query axis: {masked.text}[:, None, :].",
        places=distinct([masked.place, *_made_at(case, masked)]),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"attention_mask = {masked.text}: {shape(masked.mask)}, rank "
                     f"{len(masked.mask)}", masked.place),
            Evidence("shape", f"query {shape(masked.query)}, value {shape(masked.value)}: the "
                     f"mask is (batch, {rows}, {columns}), or (batch, 1, {columns})"),
            Evidence("note", "Keras puts a head axis before the last two axes of the mask; a "
                     "mask of 3D covers (batch, query, value)"),
        ),
        fixes=fixes,
    )  # fmt: skip


def _as_batch(mask: Shape) -> str:
    return f"(batch, {mask[-1]})"


def _expanded(masked: _Masked) -> Iterator[Fix]:
    fix = make_fix(
        Editor(masked.file).replace(masked.node, f"{_grouped(masked)}[:, None, :]"),
        f"Give {masked.text} a query axis: (batch, 1, {masked.lengths[1]})",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix


def _grouped(masked: _Masked) -> str:
    text = masked.file.segment(masked.node)
    simple = isinstance(masked.node, ast.Name | ast.Attribute | ast.Call | ast.Subscript)
    return text if simple else f"({text})"


def _made_at(case: Case, masked: _Masked) -> list[Place]:
    """Return where the mask was made: one step behind the name that is passed."""
    origin = trace_value(case, masked.node, masked.frame, file=masked.file)
    return [each for each in origin.places if each != masked.place][:3]


def _of_length(case: Case, masked: _Masked, wrong: list[tuple[int, int]]) -> Diagnosis:
    rows, columns = masked.lengths
    layer = masked.call.operation
    axis, needed = wrong[-1]
    size = masked.mask[axis]
    causal = _is_causal(case, masked)
    made = written_sizes(case, masked.file, masked.node, masked.frame, size) if size else []
    fixes = sorted(
        _length_fixes(case, masked, needed, made, causal), key=lambda each: -each.likelihood
    )
    advice = (
        "Let Keras make it: use_causal_mask=True needs no mask of a fixed length; or build it for "
        f"{rows} steps, the length of the query."
        if causal
        else f"Build the mask for the length of query and value, ({rows}, {columns})."
    )
    told = f"{size} is the length {made[0].text}{at(case, made[0].place)}.\n" if made else ""
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{label(layer)}{at(case, masked.place)} received {'a causal' if causal else 'a'} mask for "
        f"another length: attention_mask {masked.text} is {shape(masked.mask)}, and the scores of "
        f"query {shape(masked.query)} and value {shape(masked.value)} are (batch, heads, {rows}, "
        f"{columns}): length {size} versus {needed}.\n{told}{advice}",
        places=distinct(
            [*(place for fix in fixes[:1] for place in fix.places),
             *(each.place for each in made[:1]), masked.place, *_made_at(case, masked)]
        ),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"attention_mask: {shape(masked.mask)}", masked.place),
            Evidence("shape", f"query {shape(masked.query)}, value {shape(masked.value)}: "
                     f"scores (batch, heads, {rows}, {columns})"),
            *(Evidence("origin", f"{size} <- {each.text}", each.place) for each in made[:2]),
            *((Evidence("note", "the mask is lower triangular: use_causal_mask=True gives the "
                        "same for any length"),) if causal else ()),
        ),
        fixes=tuple(fixes),
    )  # fmt: skip


def _length_fixes(
    case: Case, masked: _Masked, needed: int, made: list[WrittenSize], causal: bool
) -> Iterator[Fix]:
    for written in made[:1]:
        through = isinstance(written.nodes[0], ast.Attribute | ast.Name)
        for fix in resized(case, written, needed, 0.9):
            yield outside_first(case, fix) if through else fix
    size = masked.mask[-1]
    origin = size_origin(case, masked.file, masked.node, masked.frame, size) if size else None
    if origin is not None and not _is_repeated(made):
        purpose = f"so that the mask is for {needed} steps"
        yield from ranked(case, toward(case, origin, needed, purpose=purpose, limit=8), 0.86)
    if causal:
        yield from _keras_own(masked)
    yield from _other_mask(masked)
    yield from _cut(masked)


def _is_repeated(made: list[WrittenSize]) -> bool:
    """Whether one expression gives both sizes, written twice."""
    nodes = made[0].nodes if made else []
    return len(nodes) > 1 and not isinstance(nodes[0], ast.Attribute | ast.Name)


def _keras_own(masked: _Masked) -> Iterator[Fix]:
    for keyword in masked.call_node.keywords:
        if keyword.value is masked.node:
            fix = make_fix(
                Editor(masked.file).replace(keyword, "use_causal_mask=True"),
                "Let the layer make the causal mask: use_causal_mask=True",
                likelihood=0.88,
            )
            if fix is not None:
                yield fix


def _other_mask(masked: _Masked) -> Iterator[Fix]:
    """Another mask at hand that has the lengths of query and value."""
    rows, columns = masked.lengths
    for name, held in masked.frame.locals.items():
        found = shape_of(held)
        if "mask" not in name or held is masked.held or found is None or len(found) < 3:
            continue
        if found[-1] == columns and found[-2] in (1, rows):
            fix = make_fix(
                Editor(masked.file).replace(masked.node, name),
                f"Pass {name}, which is {shape(found)}",
                likelihood=0.85,
            )
            if fix is not None:
                yield fix


def _cut(masked: _Masked) -> Iterator[Fix]:
    """A longer mask serves for fewer steps when it is cut."""
    rows, columns = masked.lengths
    have = masked.mask[-2], masked.mask[-1]
    if None in (rows, columns, *have) or have[0] < (rows or 0) or have[1] < (columns or 0):  # type: ignore[operator]
        return
    fix = make_fix(
        Editor(masked.file).replace(masked.node, f"{_grouped(masked)}[..., :{rows}, :{columns}]"),
        f"{CUTTING} {rows} x {columns} of the mask",
        likelihood=0.6,
    )
    if fix is not None:
        yield fix


def _is_causal(case: Case, masked: _Masked) -> bool:
    """Whether the mask lets each step see the earlier ones only."""
    import numpy

    held = masked.held
    if isinstance(held, Spec) or not is_array(held):
        held = _looked(case, masked)
    if is_array(held) and held.ndim >= 2 and held.size < 4_000_000:
        square = numpy.asarray(held, dtype=bool).reshape(-1, *held.shape[-2:])[0]
        return bool((square == numpy.tril(numpy.ones(square.shape, dtype=bool))).all())
    return _names_triangle(case, masked)


def _looked(case: Case, masked: _Masked) -> Any:
    from graphscope.doctor.facts.live import live_value

    return live_value(case, masked.node, masked.frame)


def _names_triangle(case: Case, masked: _Masked) -> bool:
    origin = trace_value(case, masked.node, masked.frame, file=masked.file)
    return any("tril" in each.text or "causal" in each.text for each in origin.walk())
