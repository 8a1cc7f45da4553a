"""An input of a trained model that no output depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._reaching import ancestors, ends_of
from graphscope.doctor.checks._rewiring import Rewiring, find_rewiring
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Place, Severity
from graphscope.doctor.wording import call_place, distinct, place_of, shape

ID = "unused-input"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Follow the outputs of each trained model back to its inputs."""
    for fit in trainings(case):
        model = fit.model
        inputs, outputs = getattr(model, "inputs", None), getattr(model, "outputs", None)
        if not inputs or not outputs or len(inputs) < 2:
            continue
        reached = ancestors(outputs)
        for tensor in inputs:
            if id(tensor) not in reached and hasattr(tensor, "_keras_history"):
                yield _tell(case, model, tensor)


def _tell(case: Case, model: Any, tensor: Any) -> Diagnosis:
    name = tensor._keras_history.operation.name
    ends = ends_of(case, tensor)
    cut = [each for each in ends if each is not tensor]
    rewiring = next((found for end in ends if (found := find_rewiring(case, end))), None)
    lost = _lost(case, tensor)
    way = " -> ".join([name, *lost])
    fate = f"it goes through {way} and no further" if lost else "it goes nowhere"
    end_place = (
        call_place(case.recording.producer_of(cut[0]))
        if cut
        else place_of(case, tensor._keras_history.operation)
    )
    told = rewiring.told if rewiring else ""
    missing = f"{', '.join(lost)} are not in the model (no output reads them). " if lost else ""
    layer = rewiring.layer if rewiring and rewiring.layer else (lost[-1] if lost else name)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"Input {name!r} {shape(tuple(tensor.shape))} does not influence (reach) the output of "
        f"model {model.name!r}: {fate}.\n{told}{missing}\n"
        "The model trains without an error and ignores that input. Connect it, or remove it.",
        places=distinct([*(rewiring.places if rewiring else ()), end_place]),
        layer=layer,
        evidence=tuple(_evidence(case, name, way, lost, rewiring, end_place)),
        fixes=rewiring.fixes if rewiring else (),
    )


def _lost(case: Case, tensor: Any) -> list[str]:
    """Return the layers that only what does not reach an output goes through."""
    names: list[str] = []
    left, seen = [tensor], set[int]()
    while left:
        current = left.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        for call in case.recording.calls:
            if call.error is None and any(each is current for each in call.inputs):
                names.append(call.name)
                left += [each for each in call.outputs if hasattr(each, "_keras_history")]
    return list(dict.fromkeys(names))


def _evidence(
    case: Case,
    name: str,
    way: str,
    lost: Sequence[str],
    rewiring: Rewiring | None,
    place: Place | None,
) -> Iterator[Evidence]:
    yield Evidence("call", f"input {name} does not reach any output: {way} ends there", place)
    if rewiring is not None:
        for line in rewiring.places[:2]:
            file = case.program.file(line.file)
            yield Evidence("code", file.line_text(line.line) if file else "", line)
    if lost:
        yield Evidence("note", f"{', '.join(lost)}: not in the model")
