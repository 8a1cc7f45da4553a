"""The channels of a grouped layer cannot be divided among its groups or heads."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import as_evidence, trace_dimension
from graphscope.doctor.records import CallRecord
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "channels-not-divisible"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Divide the channels that reached a layer by its groups."""
    call = case.failure.layer_call if case.failure else None
    groups = getattr(call.operation, "groups", None) if call else None
    if call is None or not type(call.operation).__module__.startswith("keras."):
        return  # what a user's own layer calls its groups need not be those of a convolution
    if not isinstance(groups, int) or groups < 1 or not call.input_specs:
        return
    received = call.input_specs[0].shape
    first = getattr(call.operation, "data_format", "") == "channels_first"
    axis = getattr(call.operation, "axis", None)
    axis = axis if isinstance(axis, int) else (1 if first else -1)
    channels = received[axis] if received else None
    if channels is None or channels % groups == 0:
        return
    yield _diagnosis(case, call, axis, channels, groups)


def _diagnosis(case: Case, call: CallRecord, axis: int, channels: int, groups: int) -> Diagnosis:
    layer, place = call.operation, place_of(case, call.operation) or call_place(call)
    origin = trace_dimension(case, call.inputs[0], axis, call)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{label(layer)}{at(case, place)} has groups={groups} and received {channels} input "
        f"channels, in {shape(call.input_specs[0])}: {channels} / {groups} leaves a remainder of "
        f"{channels % groups}.\n"
        f"The number of channels must be divisible by groups.\n"
        f"Use groups={_fitting(call, channels, groups)}, or give the layer before a multiple of "
        f"{groups} channels ({_multiple(channels, groups)}).",
        places=distinct([place, *origin.places]),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"{label(layer)} received {shape(call.input_specs[0])}", place),
            *as_evidence(case, origin),
        ),
        fixes=tuple(_fixes(case, call, axis, channels, groups)),
    )


def _multiple(channels: int, groups: int) -> int:
    return -(-channels // groups) * groups


def _fixes(case: Case, call: CallRecord, axis: int, channels: int, groups: int) -> Iterator[Fix]:
    fitting = _fitting(call, channels, groups)
    changed = fix_creation(
        case,
        call.operation,
        "groups",
        str(fitting),
        title=f"Use groups={fitting}, the most that divides {channels} channels",
        likelihood=0.8,
    )
    if changed is not None:
        yield changed
    origin = trace_dimension(case, call.inputs[0], axis, call)
    wanted = _multiple(channels, groups)
    yield from toward(
        case, origin, wanted, purpose=f"so that {groups} groups divide it", likelihood=0.7
    )


def _fitting(call: CallRecord, channels: int, groups: int) -> int:
    """Return the most groups, up to the given ones, that divide channels and filters."""
    return max(n for n in range(1, groups + 1) if channels % n == 0 and _filters(call) % n == 0)


def _filters(call: CallRecord) -> int:
    filters = getattr(call.operation, "filters", 0)
    return filters if isinstance(filters, int) else 0
