"""No weight gets a gradient: an operation between the weights and the output hands none on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.gradient_stops import CHOICES, Stop, is_flat, stop_at, stop_in_class
from graphscope.doctor.findings import Diagnosis, Evidence, Severity
from graphscope.doctor.records import CallRecord
from graphscope.doctor.wording import at, code, distinct, label

ID = "gradient-stopped"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Walk from the outputs back to the first weights, and look at what lies between."""
    failure = case.failure
    if failure is None or not any(
        name.endswith("_filter_empty_gradients") for name, _, _, _ in failure.keras_frames[:3]
    ):
        return
    model = failure.boundary.model if failure.boundary else None
    stops = _stops_before_weights(case, model) if model is not None else None
    if stops:
        yield _tell(case, stops)


_Found = tuple[Stop, Any]
"""What stops the gradient, and the layer in whose `call` it stands, if in any."""


def _stops_before_weights(case: Case, model: Any) -> list[_Found] | None:
    """Return what every way from the outputs meets before a trained layer; None where one is free.

    A model without a graph is read as source, by its class.
    """
    outputs: Sequence[Any] = getattr(model, "outputs", None) or ()
    if not outputs:
        in_class = stop_in_class(case, model)
        return [(in_class, model)] if in_class is not None else None
    found: dict[int, _Found] = {}
    waiting, seen = list(outputs), set()
    while waiting:
        call = case.recording.producer_of(waiting.pop())
        if call is None or id(call) in seen:
            continue
        seen.add(id(call))
        stop = _stop(case, call)
        if stop is not None:
            found[stop[0].place.line] = stop
        elif is_flat(call):
            return None  # Not written by the user: there is no line to name.
        elif _inner_outputs(call):
            waiting += _inner_outputs(call)
        elif call.is_layer and getattr(call.operation, "trainable_variables", None):
            return None
        else:
            waiting += call.inputs
    return list(found.values())


def _stop(case: Case, call: CallRecord) -> _Found | None:
    stop = stop_in_class(case, call.operation) if call.is_layer else stop_at(case, call)
    return (stop, call.operation if call.is_layer else None) if stop is not None else None


def _inner_outputs(call: CallRecord) -> Sequence[Any]:
    """Return the outputs of a model that is called as a layer: the way leads through it."""
    return list(getattr(call.operation, "outputs", None) or ()) if call.is_layer else []


def _tell(case: Case, stops: Sequence[_Found]) -> Diagnosis:
    stop, layer = stops[0]
    text = stop.file.segment(stop.node)
    inside = f" in {label(layer)}" if layer is not None else ""
    kind = (
        "returns whole numbers or truths, which have no gradient"
        if stop.name in CHOICES
        else "hands no gradient on"
    )
    remedy = (
        "Let what is trained end before it, in probabilities or logits with a loss for them, and "
        f"use {stop.name} on what predict returns."
        if stop.name in CHOICES
        else f"Leave {stop.name} out of training, or let the gradient pass it as if it were not "
        "there (x + stop_gradient(f(x) - x))."
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"No gradient reaches any weight: `{text}`{at(case, stop.place)}{inside} lies between the "
        f"weights and the loss, and {kind}.\n{remedy}",
        places=distinct(each.place for each, _ in stops),
        layer=getattr(layer, "name", None),
        evidence=(
            code(case, stop.place),
            Evidence("note", f"every way from the output to a weight passes {stop.name}"),
        ),
        fixes=tuple(stop.fixes()),
    )
