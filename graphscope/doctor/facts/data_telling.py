"""How data and the inputs that it is for are told."""

from __future__ import annotations

from graphscope.doctor.facts.handed import Handover, Part
from graphscope.doctor.findings import Evidence, Fix, Place
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.wording import at, label, shape, where

_MOST_STEPS = 4


def expected(part: Part) -> str:
    """Return what the input declares: `the model input 'x' of Functional 'net' is (None, 9)`."""
    own, declared = part.handover, part.declared
    if declared is None:
        return f"{label(own.model)}{at(own.case, own.place)}"
    place = declared.place(own.case)
    name = declared.layer_name or declared.name
    if declared.layer is None:
        return f"{label(own.model)} takes {shape(declared.shape)}"
    return (
        f"the model input {name!r} of {label(own.model)}"
        f"{f', declared at {where(own.case, place)},' if place else ''} "
        f"is {shape(declared.shape)}"
    )


def layer_of(part: Part) -> str | None:
    """Return the name that the user knows the input by: its own, else the model's."""
    own, declared = part.handover, part.declared
    layer = declared.layer if declared is not None else None
    if layer is None:
        call = own.case.failure.layer_call if own.case.failure else None
        return str(call.operation.name) if call is not None else None
    for thing in (layer, own.model):
        made = creation_call(own.case, thing)
        if made is not None and any(each.arg == "name" for each in made[1].keywords):
            return str(thing.name)
    return str(layer.name)


def given(part: Part) -> str:
    """Return what is handed over: `fit at train.py:9 gives x_train, which has shape (64, 28)`."""
    own = part.handover
    what = "validation data" if own.role == "validation_data" else "data"
    how = {
        "dataset": "an element of the dataset",
        "generator": "what the generator yields",
        "pydataset": "an item of the PyDataset",
    }.get(own.source, f"the {what}")
    return f"{how} {part.text} has shape {shape(part.spec)}"


def called(own: Handover) -> str:
    """Return the failing call with its line: `fit at train.py:9`."""
    name = "the model's call" if own.method == "call" else f"{own.method}()"
    if own.role == "validation_data":
        name = f"the validation in {name}"
    return f"{name}{at(own.case, own.place)}"


def facts(part: Part) -> list[Evidence]:
    """Return both sides as evidence: the shapes, and the statements that made the data."""
    own, declared = part.handover, part.declared
    found = []
    if declared is not None:
        name = f" for input {declared.layer_name!r}" if declared.layer is not None else ""
        text = f"model expects {shape(declared.shape)}{name}"
        found.append(Evidence("shape", text, declared.place(own.case)))
    found.append(
        Evidence("data", f"{part.text} is {shape(part.spec)} {part.spec.dtype}", own.place)
    )
    return found + made_by(part)


def made_by(part: Part) -> list[Evidence]:
    """Return the statements that made the data, nearest first."""
    seen: set[Place] = {part.handover.place}
    found: list[Evidence] = []
    for step in part.steps:
        if step.place in seen or len(found) == _MOST_STEPS:
            continue
        seen.add(step.place)
        size = f": {shape(step.shape)}" if step.shape is not None else ""
        name = f"{step.assigned} = " if step.assigned else ""
        line = where(part.handover.case, step.place)
        found.append(Evidence("origin", f"{name}{step.text} {line}{size}", step.place))
    return found


def best_places(fixes: tuple[Fix, ...], *others: Place | None) -> tuple[Place, ...]:
    """Return the line that the first fix edits, then others."""
    first = list(fixes[0].places[:1]) if fixes else []
    rest = [place for fix in fixes[1:] for place in fix.places[:1]]
    return tuple(dict.fromkeys(each for each in [*first, *others, *rest] if each is not None))


def lower(text: str) -> str:
    """Return a sentence as it goes on inside of another."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def made_at(part: Part) -> str:
    """Return where the data was made: `, made at prepare.py:8 by `x.reshape(-1, 64)``."""
    for step in part.steps[1:] if part.steps and part.steps[0].origin is None else part.steps:
        if step.place != part.handover.place:
            line = where(part.handover.case, step.place)
            return f" It was made at {line}: `{step.text}`."
    return ""
