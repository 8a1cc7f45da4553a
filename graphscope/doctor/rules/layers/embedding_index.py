"""An index is greater than the table of an Embedding, or negative."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_telling import best_places, made_by
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.handed import Handover, Part
from graphscope.doctor.facts.handover import handover
from graphscope.doctor.facts.parameters import Parameter, parameter_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import binds_loosely, known
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import Origin, as_evidence, describe
from graphscope.doctor.records import CallRecord, DataSummary
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "embedding-index"

_REFUSED = re.compile(r"= (-?\d+) is not in \[0, (\d+)\)")
"""What the kernel says of the index; the values are nowhere else."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the greatest index with the size of the table, and trace both."""
    failure = case.failure
    call = failure.layer_call if failure else None
    if failure is None or call is None or not _is_embedding(call.operation):
        return
    found = _REFUSED.search(failure.message)
    if found is None:
        return
    index, size = int(found[1]), int(found[2])
    if size != call.operation.input_dim:
        return
    own = handover(case)
    part = _data_of(own, index) if own is not None else None
    yield _tell(case, call, index, part)


def _is_embedding(layer: Any) -> bool:
    return any(base.__name__ == "Embedding" for base in type(layer).__mro__)


def _data_of(own: Handover, index: int) -> Part | None:
    """Return the array that holds the index: the one whose range ends nearest to it."""
    near = [
        (abs(limit - index), number, part)
        for number, part in enumerate(own.parts)
        if isinstance(part.summary, DataSummary) and part.summary.is_integral
        for limit in [part.summary.minimum if index < 0 else part.summary.maximum]
        if limit is not None and (limit <= index if index < 0 else limit >= index)
    ]
    return min(near, key=lambda each: each[:2])[2] if near else None


def _tell(case: Case, call: CallRecord, index: int, part: Part | None) -> Diagnosis:
    layer = call.operation
    parameter = parameter_of(case, layer, "input_dim")
    place = parameter.place if parameter else place_of(case, layer)
    steps = _positions(call, part, index)
    part = part if steps is None else None
    needed = steps if steps is not None else _needed(part, index)
    fixes = known(list(_fixes(case, layer, parameter, part, index, needed)))
    size = layer.input_dim
    lines = [
        f"{label(layer)}{at(case, place)} has {size} vectors, for the indices 0 to {size - 1}, and "
        f"was asked for index {index}: index {index} is out of range, not in [0, {size})."
    ]
    lines += _why(case, part, parameter, index, needed, steps)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        "\n".join(lines),
        places=best_places(fixes, *(distinct([place]))),
        layer=layer.name,
        evidence=(
            Evidence("value", f"index {index} is not in [0, {size}): input_dim is {size}", place),
            *(_range_facts(part) if part is not None else ()),
            *(as_evidence(case, parameter.origin) if parameter is not None else ()),
            *(made_by(part) if part is not None else ()),
        ),
        fixes=fixes,
    )


def _positions(call: CallRecord, part: Part | None, index: int) -> int | None:
    """Return the number of steps, where the indices are positions and not data."""
    received = call.input_specs[0].shape if call.input_specs else None
    if not received or received[-1] is None or index != call.operation.input_dim:
        return None
    if part is not None and len(received) > 1:
        return None
    return received[-1] if received[-1] > call.operation.input_dim else None


def _needed(part: Part | None, index: int) -> int:
    limit = part.summary.maximum if part is not None else index
    return int(max(limit or 0, index)) + 1


def _why(
    case: Case, part: Part | None, parameter: Parameter | None, index: int, needed: int,
    steps: int | None,
) -> list[str]:  # fmt: skip
    lines = []
    if parameter is not None:
        lines.append(f"input_dim comes from {describe(case, parameter.origin)}.")
    if part is not None:
        low, high = int(part.summary.minimum), int(part.summary.maximum)
        lines.append(
            f"The data {part.text}, {shape(part.spec)}, has indices from {low} to {high}: "
            f"indices go from {low} to {high}."
        )
    if steps is not None:
        lines.append(
            f"The indices are positions of a sequence of {steps} steps: the table of positions is "
            "shorter than the sequence. Make it as long, or cut the sequences."
        )
    elif index < 0:
        lines.append(
            "Negative indices have no vector. Pad with 0 and count the words from 1, or add an "
            "offset to all indices."
        )
    else:
        lines.append(
            "Vocabularies usually count words from 1: index 0 is the padding token, and "
            "StringLookup and TextVectorization reserve 0 and 1 for padding and unknown words. "
            f"Then input_dim must be the greatest index + 1 = {needed}, for instance "
            "len(word_index) + 1."
        )
    return lines


def _range_facts(part: Part) -> tuple[Evidence, ...]:
    found = part.summary
    text = f"{part.text}: minimum {found.minimum:.0f}, max {found.maximum:.0f}"
    return (Evidence("data", text, part.handover.place),)


def _fixes(
    case: Case, layer: Any, parameter: Parameter | None, part: Part | None, index: int, needed: int
) -> Iterator[Fix | None]:
    if index < 0:
        yield from _pad_with_zero(part)
        return
    if parameter is None:
        return
    more = needed - layer.input_dim
    if more <= 2:
        yield from _one_more(case, parameter, more)
    yield from toward(
        case, parameter.origin, needed, purpose=f"to hold the indices up to {needed - 1}",
        likelihood=0.75, limit=3,
    )  # fmt: skip
    if more > 2 and case.program.is_own(parameter.file.path):
        yield make_fix(
            Editor(parameter.file).replace(parameter.node, str(needed)),
            f"Give the Embedding input_dim={needed}",
            likelihood=0.6,
        )


def _one_more(case: Case, parameter: Parameter, more: int) -> Iterator[Fix | None]:
    """Make room for the reserved indices where the vocabulary is counted, or in the layer."""
    counted = _counted(parameter.origin)
    if counted is not None and counted.file is not None and counted.node is not parameter.node:
        assert isinstance(counted.node, ast.expr)
        if case.program.is_own(counted.file.path):
            yield _added(counted.file, counted.node, more, 0.95)
    if case.program.is_own(parameter.file.path):
        yield _added(parameter.file, parameter.node, more, 0.9)


def _counted(origin: Origin) -> Origin | None:
    """Return where the size is computed as the length of something."""
    for step in origin.chain():
        node = step.node
        if isinstance(node, ast.Call) and function_name(node) in {"len", "max"}:
            return step
    return None


def _added(file: Any, node: ast.expr, more: int, likelihood: float) -> Fix | None:
    text = file.segment(node)
    before, after = ("(", ")") if isinstance(node, ast.IfExp | ast.Lambda) else ("", "")
    # A product binds more tightly than the sum, and a sum goes on as one.
    loose = binds_loosely(node) and not isinstance(node, ast.BinOp)
    if loose and not before:
        before, after = "(", ")"
    return make_fix(
        Editor(file).replace(node, f"{before}{text}{after} + {more}"),
        f"Make room for the reserved index (padding or unknown): `{text} + {more}`",
        repair_class=RepairClass.A,
        likelihood=likelihood,
    )


def _pad_with_zero(part: Part | None) -> Iterator[Fix | None]:
    for step in part.steps if part is not None else ():
        for node in ast.walk(step.node):
            if isinstance(node, ast.Call) and function_name(node) == "pad_sequences":
                yield make_fix(
                    Editor(step.file).set_keyword(node, "value", "0"),
                    "Pad with 0: pad_sequences(..., value=0)",
                    repair_class=RepairClass.B,
                    likelihood=0.8,
                )
                return
