"""An output of a compiled model that no loss looks at."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.model import CheckedModel
from graphscope.doctor.static.telling import diagnose

ID = "output-without-loss"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Compare the outputs with losses given by name; it may be meant, so it is a remark."""
    compiled = model.compilation
    if compiled is None or compiled.by_output is None or model.trains_itself:
        return
    names = ", ".join(sorted(compiled.by_output))
    for output in model.outputs:
        if output.name in compiled.by_output:
            continue
        yield diagnose(
            ID,
            output,
            ("value", f"losses are given for: {names}"),
            severity=Severity.INFO,
            confidence=0.6,
            problem=f"The output {output.name!r} has no loss: layers that lead only there are not "
            "trained.",
            remedy=f"Add {output.name!r} to the losses in compile, if it should be trained.",
        )
