"""A weights file whose layers have other sizes than the model it is loaded into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.fitting_weights import axis_meaning, resized, size_origin
from graphscope.doctor.facts.loading import (
    Misfit,
    UserCall,
    refused_layers,
    shown_layer,
    user_call,
)
from graphscope.doctor.facts.saved import read_saved
from graphscope.doctor.facts.writing_files import told_writer
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import Origin, as_evidence, describe
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "weights-of-other-model"

_MOST = 5


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare saved and present shapes of the first layer that did not take its weights."""
    if case.failure is None or case.failure.stage != "load":
        return
    call = user_call(case, "load_weights", "load_model")
    boundary = case.failure.boundary
    model = boundary.model if boundary is not None else None
    saved = read_saved(str(boundary.arguments.get("filepath", ""))) if boundary else None
    found = refused_layers(case, model, saved)
    misfits = [
        replace(each, layer=shown_layer(model, each.layer))
        for each in found
        if isinstance(each, Misfit)
    ]
    if call is None or not misfits or len(misfits) < len(found):
        return
    first = misfits[0]
    axis = first.axes[-1] if first.axes else None
    origin = size_origin(case, first, axis) if axis is not None else None
    fixes = [*_rebuilt(case, first, axis, origin), *_skipping(call, misfits)]
    places = [fixes[0].places[0] if fixes else None, call.place]
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        _message(case, call, misfits, axis, origin),
        places=distinct(
            [*places, origin.end.place if origin else None, place_of(case, first.layer)]
        ),
        layer=first.layer.name,
        evidence=(*_facts(case, misfits), *(as_evidence(case, origin)[:_MOST] if origin else ())),
        fixes=tuple(fixes),
    )


def _message(
    case: Case, call: UserCall, misfits: list[Misfit], axis: int | None, origin: Origin | None
) -> str:
    first = misfits[0]
    more = f" (and {len(misfits) - 1} more layers)" if len(misfits) > 1 else ""
    lines = [
        f"load_weights{at(case, call.place)}: the file {_file_name(case)} does not fit the model: "
        f"layer '{first.layer.name}' ({type(first.layer).__name__}){more}.",
        f"saved {first.weight_name} {shape(first.given)}, model {first.weight_name} "
        f"{shape(first.needed)}.",
    ]
    if axis is not None:
        meaning = axis_meaning(first.layer, first.variable, axis)
        is_head = _is_head(case, first.layer) and "units" in meaning
        classes = ", here the number of classes," if is_head else ""
        lines.append(
            f"{meaning[0].upper()}{meaning[1:]}{classes} differs: {first.given[axis]} in the file, "
            f"{first.needed[axis]} in the model."
        )
    if origin is not None and origin.kind != "unknown":
        lines.append(f"The model's size: {describe(case, origin)}.")
    lines += told_writer(case)
    needed = f" with {first.given[axis]} {_unit(first, axis)}" if axis is not None else ""
    lines.append(
        f"Rebuild the model{needed}, as it was saved, or load the other layers only with "
        f"skip_mismatch=True: '{first.layer.name}' then keeps its fresh random weights."
    )
    return "\n".join(lines)


def _unit(misfit: Misfit, axis: int) -> str:
    return axis_meaning(misfit.layer, misfit.variable, axis).removeprefix("the number of ")


def _is_head(case: Case, layer: Any) -> bool:
    boundary = case.failure.boundary if case.failure else None
    layers = (getattr(boundary.model, "layers", None) if boundary else None) or [None]
    return bool(layers[-1] is layer)


def _file_name(case: Case) -> str:
    boundary = case.failure.boundary if case.failure else None
    path = boundary.arguments.get("filepath") if boundary else None
    return Path(str(path)).name if path else "given"


def _rebuilt(case: Case, misfit: Misfit, axis: int | None, origin: Origin | None) -> list[Fix]:
    if axis is None or origin is None:
        return []
    return resized(
        case,
        origin,
        misfit.needed[axis],
        misfit.given[axis],
        purpose=f"as in the saved weights of '{misfit.layer.name}'",
        likelihood=0.8,
    )


def _skipping(call: UserCall, misfits: list[Misfit]) -> Iterator[Fix]:
    names = ", ".join(f"'{each.layer.name}'" for each in misfits[:3])
    editor = Editor(call.file).set_keyword(call.node, "skip_mismatch", "True")
    title = f"Load what fits with skip_mismatch=True; {names} keep random weights"
    fix = make_fix(editor, title, repair_class=RepairClass.C, likelihood=0.55)
    if fix is not None:
        yield fix


def _facts(case: Case, misfits: list[Misfit]) -> Iterator[Evidence]:
    for each in misfits[:_MOST]:
        yield Evidence(
            "shape",
            f"{label(each.layer)}: saved {each.weight_name} {shape(each.given)}, model "
            f"{each.weight_name} {shape(each.needed)}",
            place_of(case, each.layer),
        )
