"""A reshape whose target has another number of elements than what comes in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.counting import (
    compared,
    count,
    divisors_near,
    neighbours,
    product,
)
from graphscope.doctor.facts.left_over import left_over
from graphscope.doctor.facts.reshape_sources import settings_like
from graphscope.doctor.facts.reshaping import Reshaping, find_reshaping, made_by
from graphscope.doctor.facts.upstream import makers_of
from graphscope.doctor.findings import Diagnosis, Evidence, Place, Severity
from graphscope.doctor.fixes.reshape_fixes import factors_of, reshape_fixes
from graphscope.doctor.origins import as_evidence, describe, trace_data, trace_value
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "reshape-size"

_MOST_STEPS = 6


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the counts of elements of a failed reshape, factor by factor."""
    reshaping = find_reshaping(case)
    if reshaping is None or not _disagrees(reshaping):
        return
    fixes = reshape_fixes(case, reshaping)
    origins = list(_origins(case, reshaping))
    places = [fixes[0].places[0] if fixes else None, reshaping.place, reshaping.used]
    made = made_by(case, reshaping)
    if made is not None and made[1] is not None:
        places.append(made[1].origin.end.place)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        "\n".join([_what(case, reshaping), *_why(case, reshaping), _remedy(case, reshaping)]),
        places=distinct([*places, *(fix.places[0] for fix in fixes)]),
        layer=reshaping.layer.name if reshaping.layer is not None else _layer_around(case),
        evidence=(*_facts(reshaping), *origins),
        fixes=fixes,
    )


def _disagrees(reshaping: Reshaping) -> bool:
    have, want = count(reshaping.sizes), count(reshaping.target)
    if None in reshaping.target or None in reshaping.sizes:
        return False
    if reshaping.target.count(-1) > 1:
        return False
    return not want or (have % want != 0 if -1 in reshaping.target else have != want)


def _layer_around(case: Case) -> str | None:
    call = case.failure.layer_call if case.failure else None
    return call.name if call is not None else None


def _subject(case: Case, reshaping: Reshaping) -> str:
    if reshaping.layer is not None:
        return f"{label(reshaping.layer)}{at(case, reshaping.used or reshaping.place)}"
    text = reshaping.file.segment(reshaping.given) if reshaping.given is not None else "the array"
    return f"reshape of {text}{at(case, Place(reshaping.file.path, reshaping.call.lineno))}"


def _what(case: Case, reshaping: Reshaping) -> str:
    have, target = count(reshaping.sizes), shape(reshaping.target)
    written = reshaping.written()
    told = f"{written} = {target}" if written and written != target else target
    per = " per sample" if reshaping.per_sample else ""
    received = reshaping.received
    first = (
        f"{_subject(case, reshaping)}: {shape(received)} has {product(reshaping.sizes)} elements"
        f"{per}; {have} elements cannot become {told}"
    )
    if -1 in reshaping.target:
        block = count(reshaping.target)
        return (
            f"{first}, because {have} is not divisible by {product(reshaping.target)} "
            f"({have} = {have // block} * {block} + {have % block}, {have} / {block} = "
            f"{have / block:g})."
        )
    return f"{first}, the target has {product(reshaping.target)}."


def _why(case: Case, reshaping: Reshaping) -> Iterator[str]:
    have, want = count(reshaping.sizes), count(reshaping.target)
    if -1 not in reshaping.target:
        yield f"The target asks for {want}: {compared(have, want)}."
    yield from _surplus_factor(reshaping)
    yield from _rows(reshaping)
    yield from _renamed_axis(case, reshaping)
    quotient = left_over(case, reshaping)
    if quotient is not None:
        yield quotient.told()
    made = made_by(case, reshaping)
    parameter = made[1] if made else None
    if made is not None and parameter is not None:
        layer = made[0]
        yield (
            f"{reshaping.sizes[-1]} comes from {label(layer)}{at(case, place_of(case, layer))}: "
            f"{describe(case, parameter.origin)}."
        )


def _surplus_factor(reshaping: Reshaping) -> Iterator[str]:
    have, want = count(reshaping.sizes), count(reshaping.target)
    if -1 in reshaping.target or not have or want % have or want == have:
        return
    surplus = want // have
    for axis, element in enumerate(reshaping.elements):
        texts = [reshaping.file.segment(each) for each in factors_of(element)]
        if len(texts) > 1 and str(surplus) in texts:
            size = reshaping.target[axis]
            yield f"{' * '.join(texts)} = {size} holds one factor {surplus} too many."
    if reshaping.layer is not None and reshaping.target[0] == surplus:
        yield (
            f"The target begins with {surplus}, which looks like the batch size; a Reshape layer "
            "keeps the batch axis by itself, its target is the shape of one sample."
        )


def _rows(reshaping: Reshaping) -> Iterator[str]:
    """What one row of an array has."""
    if reshaping.per_sample or len(reshaping.sizes) < 2:
        return
    inner = reshaping.sizes[1:]
    row = "an image has" if len(inner) == 2 else "each of them has"
    unit = "pixels" if len(inner) == 2 else "elements"
    yield f"The array has {reshaping.sizes[0]} rows; {row} {product(inner)} {unit}."
    if reshaping.target[0] not in (-1, reshaping.sizes[0]):
        yield (
            f"The target asks for {reshaping.target[0]} rows ({reshaping.text(0) or 'axis 0'}), "
            f"the array has {reshaping.sizes[0]}."
        )


def _renamed_axis(case: Case, reshaping: Reshaping) -> Iterator[str]:
    """The last axis has another name by now: the channels, not the embedding."""
    if not reshaping.per_sample or len(reshaping.sizes) < 2:
        return
    made = made_by(case, reshaping)
    last, asked = reshaping.sizes[-1], reshaping.target[-1]
    if made is None or made[1] is None or asked in {last, -1}:
        return
    name = made[1].file.segment(made[1].node)
    wanted = reshaping.text(len(reshaping.target) - 1) or str(asked)
    told = f"{name} = {last}" if name != str(last) else str(last)
    asked_text = f"{wanted} = {asked}" if wanted != str(asked) else wanted
    yield f"The last (channel) axis is {told} now, not {asked_text}."


def _remedy(case: Case, reshaping: Reshaping) -> str:
    have, target = count(reshaping.sizes), reshaping.target
    made = made_by(case, reshaping)
    other = ""
    if made is not None and made[1] is not None:
        name = made[1].file.segment(made[1].node)
        what = name if not name.isdigit() else f"the {made[1].name} of {label(made[0])}"
        other = f"change {what}"
    if -1 in target:
        block = count(target)
        near = " or ".join(map(str, neighbours(have, block)))
        fits = " or ".join(str(each) for each in divisors_near(have, block))
        first = f"{other} so that {near} elements come in" if other else f"bring {near} elements"
        return (
            f"Either {first}, or change the target shape: {fits} instead of {block} divides {have}."
        )
    if other:
        return (
            f"Change the target shape so that its product is {have}, or {other} so that "
            f"{count(target)} elements come in; one axis may be -1, which is then worked out."
        )
    rows = "len(x) or -1 for the first axis" if not reshaping.per_sample else "-1 for one axis"
    return f"Change the target so that its product is {have}; {rows} is worked out by itself."


def _facts(reshaping: Reshaping) -> Iterator[Evidence]:
    received = reshaping.received
    yield Evidence("arithmetic", f"received {shape(received)}: {product(reshaping.sizes)} elements")
    target = shape(reshaping.target)
    yield Evidence(
        "arithmetic",
        f"target {target}: {product(reshaping.target)} elements"
        + (" in each block of the -1 axis" if -1 in reshaping.target else ""),
        reshaping.place,
    )


def _origins(case: Case, reshaping: Reshaping) -> Iterator[Evidence]:
    if reshaping.per_sample:
        for call in list(makers_of(case, reshaping.tensor, reshaping.maker))[:_MOST_STEPS]:
            text = f"{label(call.operation)}: {shape(call.input_specs[0])} -> "
            text += shape(call.output_specs[0]) if call.output_specs else "?"
            yield Evidence("shape", text, place_of(case, call.operation))
        made = made_by(case, reshaping)
        if made is not None and made[1] is not None:
            yield from as_evidence(case, made[1].origin)[:_MOST_STEPS]
    elif reshaping.given is not None:
        origin = trace_data(case, reshaping.given, reshaping.frame)
        yield from as_evidence(case, origin)[:_MOST_STEPS]
    for element in reshaping.elements:
        if not isinstance(element, ast.Constant | ast.UnaryOp):
            yield from as_evidence(case, trace_value(case, element, reshaping.frame))[:2]
    for size in reshaping.target if -1 in reshaping.target else ():
        near = settings_like(reshaping, size) if size is not None and size > 1 else []
        fitting = [each for each in near if count(reshaping.sizes) % each[1] == 0][:1]
        yield from (Evidence("value", f"{name} = {value}") for name, value in fitting)
