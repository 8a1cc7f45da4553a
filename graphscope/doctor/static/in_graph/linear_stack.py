"""Two Dense layers in a row without an activation between them, which are as good as one."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.activations import activation_of
from graphscope.doctor.static.model import Call, CheckedModel
from graphscope.doctor.static.telling import diagnose

ID = "linear-stack"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Look back from every Dense layer."""
    for call in model.of_type("Dense"):
        source = model.source_of(call)
        if source is None or source.type != "Dense" or activation_of(source) != "linear":
            continue
        if _is_bottleneck(source, call) or _is_used_elsewhere(model, source, call):
            continue
        before, after = source.settings.get("units"), call.settings.get("units")
        yield diagnose(
            ID,
            source,
            ("value", f"{source.label} has activation=None"),
            ("arithmetic", f"{before} and then {after} units without activation = one matrix"),
            severity=Severity.WARNING,
            confidence=0.8,
            problem=f"{source.label} ({before} units) has no activation, and {call.label} "
            f"({after} units) follows it: two linear layers in a row compute what one could.",
            remedy=f'Give {source.label} an activation, for instance activation="relu".',
        )


def _is_bottleneck(first: Call, second: Call) -> bool:
    """Whether the first is narrower than both sides: a factorisation, made on purpose."""
    shape, units, after = (
        first.given_shape,
        first.settings.get("units"),
        second.settings.get("units"),
    )
    size = shape[-1] if shape else None
    if not isinstance(units, int) or not isinstance(size, int) or not isinstance(after, int):
        return True
    return units < min(size, after)


def _is_used_elsewhere(model: CheckedModel, first: Call, last: Call) -> bool:
    """Whether something else takes what is handed from the first to the last."""
    current: Call | None = last
    while current is not None and current.id != first.id:
        current = model.before(current)
        if current is not None and (len(model.users(current)) > 1 or current in model.outputs):
            return True
    return False
