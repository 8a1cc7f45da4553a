"""An operation on (batch, 1) and (batch,) that broadcasts to (batch, batch)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.model import Call, CheckedModel
from graphscope.doctor.static.telling import diagnose, shape_text
from graphscope.graph import BATCH

ID = "batch-broadcast"

_ELEMENTWISE = frozenset(
    {"Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Maximum", "Minimum", "Power"}
    | {"AddV2", "Sub", "Mul", "RealDiv", "SquaredDifference", "Pow"}
)


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Look at elementwise operations whose inputs differ in rank."""
    for call in model.of_type(*_ELEMENTWISE):
        # Keras's merge layers align the batch axes of their inputs; operations do not.
        if call.layer is not None or len(call.given) != 2:
            continue
        shapes = sorted((spec.shape or () for _, spec in call.given), key=len)
        if _crosses(*shapes):
            yield _tell(call, shapes)


def _crosses(short: tuple[Any, ...], long: tuple[Any, ...]) -> bool:
    """Whether the batch axis of the shorter shape meets an axis of size 1 of the longer one."""
    if not short or len(short) == len(long) or short[0] != BATCH or long[0] != BATCH:
        return False
    return bool(long[len(long) - len(short)] == 1)


def _tell(call: Call, shapes: list[tuple[Any, ...]]) -> Diagnosis:
    short, long = (shape_text(shape) for shape in shapes)
    return diagnose(
        ID,
        call,
        ("shape", f"{call.label} receives {long} and {short}"),
        ("arithmetic", f"{long} with {short} broadcasts to {shape_text(call.shape)}"),
        severity=Severity.ERROR,
        confidence=0.95,
        problem=f"{call.label} combines {long} with {short}: aligned from the right, the batch of "
        "the second meets an axis of size 1, and every example is combined with every other one.",
        remedy=f"Give both the same rank: keras.ops.expand_dims(x, -1) on {short}.",
    )
