"""An input of the model that reaches no output."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.model import CheckedModel
from graphscope.doctor.static.telling import diagnose, shape_text

ID = "unused-input"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Tell every input from which no output can be reached."""
    for id_ in model.unreachable.inputs:
        call = model.calls[id_]
        users = model.users(call)
        fate = f"goes to {users[0].label}, and no further" if users else "goes nowhere"
        yield diagnose(
            ID,
            call,
            ("call", f"Input {call.name!r} {shape_text(call.shape)} {fate}"),
            severity=Severity.WARNING,
            confidence=0.9,
            problem=f"Input {call.name!r} of shape {shape_text(call.shape)} does not reach any "
            f"output of the model: it {fate}.",
            remedy="Connect it, or remove it from the inputs.",
        )
