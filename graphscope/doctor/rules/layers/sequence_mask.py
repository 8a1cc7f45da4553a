"""A mask of time steps that does not belong to the sequence that it is given with."""

from __future__ import annotations

from collections.abc import Iterator
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
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import as_evidence, describe, trace_dimension
from graphscope.doctor.records import CallRecord, Shape, Spec
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, shape

ID = "sequence-mask-shape"

_MASKED = {"RNN", "Bidirectional", "TimeDistributed", "GlobalAveragePooling1D"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the mask that was passed with batch and steps of the sequence."""
    for call in layers_around(case):
        if not bases_of(call.operation) & _MASKED:
            continue
        home = home_of(case, call)
        mask = bound_arguments(home).get("mask")
        found = _shape(home, mask) if mask is not None else None
        given = home.input_specs[0].shape if home.input_specs else None
        if found is not None and given is not None and len(given) >= 3:
            yield from _judged(case, home, mask, found, given)
            return


def _shape(call: CallRecord, tensor: Any) -> Shape | None:
    for given, spec in zip(call.inputs, call.input_specs, strict=False):
        if given is tensor:
            return spec.shape
    return tensor.shape if isinstance(tensor, Spec) else shape_of(tensor)


def _judged(
    case: Case, call: CallRecord, mask: Any, found: Shape, given: Shape
) -> Iterator[Diagnosis]:
    steps = given[1]
    longer = len(found) == 2 and None not in (steps, found[1]) and found[1] != steps
    if len(found) == 2 and not longer:
        return
    layer, written = call.operation, written_at(case, call)
    node = argument_node(call, written[1], "mask") if written else None
    place = Place(written[0].path, (node or written[1]).lineno) if written else None
    origin = trace_dimension(case, mask, 1, call) if longer else None
    known = origin if origin is not None and origin.value == found[1] else None
    fixes: list[Fix] = []
    if known is not None and steps is not None:
        fixes += toward(
            case, known, steps, purpose=f"so that the mask has {steps} steps", limit=2,
            likelihood=0.75,
        )  # fmt: skip
    if written is not None and node is not None and len(found) == 3 and 1 in found[1:]:
        text = (
            f"{written[0].segment(node)}[..., 0]"
            if found[2] == 1
            else (f"{written[0].segment(node)}[:, 0]")
        )
        fix = make_fix(
            Editor(written[0]).replace(node, text),
            "Take the axis of size 1 out of the mask", likelihood=0.9,
        )  # fmt: skip
        fixes += [fix] if fix is not None else []
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{label(layer)}{at(case, place)} received a mask of shape {shape(found)} for the sequence "
        f"{shape(given)}: a mask has one boolean for each time step, ({given[0]}, {steps}).\n"
        + (f"{found[1]} versus {steps} steps: {describe(case, known)[:240]}.\n" if known else "")
        + "Make the mask from the same sequence, padded to the same length, without other axes.",
        places=distinct(
            [*(line for fix in fixes[:1] for line in fix.places), place,
             *(known.places if known else ())]
        ),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"mask: {shape(found)}", place),
            Evidence("shape", f"sequence: {shape(given)}", place),
            *(as_evidence(case, known) if known else ()),
        ),
        fixes=tuple(fixes),
    )  # fmt: skip
