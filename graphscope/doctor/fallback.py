"""What is said of a failure that no rule knows: where it is, and that the cause is not known."""

from __future__ import annotations

import linecache

from graphscope.doctor.findings import Diagnosis, Evidence, Place, Severity
from graphscope.doctor.records import Failure

RULE = "unexplained-failure"

_SUBJECT = (ValueError, TypeError, IndexError, KeyError, AttributeError, NotImplementedError)
"""What wrong shapes, data and arguments are raised as; everything else is another subject."""


def guess(failure: Failure) -> Diagnosis | None:
    """Return where a failure is; None when it is outside our subject."""
    if not is_subject(failure):
        return None
    layer = failure.layer_call
    where = f" in the layer {layer.name!r}" if layer else ""
    stage = "" if failure.stage in ("data", "import") else f" during {failure.stage}"
    lines = [f"Not sure: {failure.type_name}{where}{stage}."]
    evidence = []
    if layer and layer.input_specs:
        shapes = ", ".join(str(spec) for spec in layer.input_specs)
        lines.append(f"The layer received {shapes}.")
        evidence.append(Evidence("shape", f"{layer.name} received {shapes}"))
    lines += [text for text in failure.message.strip().splitlines() if text.strip()][:4]
    lines.append("No rule knows this failure; these are the lines that led to it.")
    return Diagnosis(
        rule=RULE,
        severity=Severity.ERROR,
        confidence=0.2,
        message="\n".join(lines),
        places=_places(failure),
        layer=layer.name if layer else None,
        evidence=tuple(evidence),
    )


def is_subject(failure: Failure) -> bool:
    """Whether a failure is one of shapes, data or arguments of a model."""
    if failure.stage not in ("data", "import") or failure.keras_frames:
        return not isinstance(failure.exception, OSError | ImportError | KeyboardInterrupt)
    return isinstance(failure.exception, _SUBJECT) and bool(failure.site) and not _is_own(failure)


def _is_own(failure: Failure) -> bool:
    """Whether the program raised the exception itself: then its message says what is wrong."""
    position = failure.site[0].position
    return linecache.getline(position.file, position.line).lstrip().startswith("raise ")


def _places(failure: Failure) -> tuple[Place, ...]:
    """Return the line where the failing layer was made, then those that were running."""
    found = [Place(file, line) for file, line in failure.described_lines]
    found += [Place(frame.position.file, frame.position.line) for frame in failure.site]
    return tuple(dict.fromkeys(found))
