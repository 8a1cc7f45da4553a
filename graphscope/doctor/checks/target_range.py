"""Targets that the last activation cannot reach, or that the loss does not expect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_place
from graphscope.doctor.checks._head_fixes import both, loss_place, set_activation, set_loss
from graphscope.doctor.checks._trained import TrainedOutput, activation_of, trained_outputs
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Severity
from graphscope.doctor.records import CallRecord, DataSummary
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "target-range"

_REACH = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, None),
    "softplus": (0.0, None),
}
_REGRESSION = frozenset(
    {"mean_squared_error", "mean_absolute_error", "huber", "log_cosh"}
    | {"mean_squared_logarithmic_error", "mean_absolute_percentage_error"}
)
_SLACK = 0.05
"""How far outside a target may be: noise, rounding."""
_MANY = 0.05
"""The share of targets outside from which it is a mistake."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the targets' values with what the output can be."""
    for output in trained_outputs(case):
        call, loss, target = output.call, output.loss, output.target
        if call is None or loss is None or target is None or target.minimum is None:
            continue
        activation = activation_of(call)
        if loss.name in _REGRESSION and activation in _REACH:
            if _is_stretched(call, target):
                continue  # loss-broadcast says more: one number is held against several.
            low, high = _REACH[activation]
            outside = share_outside(target.sample, low, high)
            if outside > _MANY:
                yield _unreachable(case, output, call, target, activation, outside)
        elif loss.name == "binary_crossentropy" and share_outside(target.sample, 0, 1) > _MANY:
            yield _not_binary(case, output, call, target)
        elif loss.name == "categorical_crossentropy" and activation == "softmax":
            rows = several_labels(target.sample)
            if rows is not None:
                yield _several(case, output, call, rows)


def _is_stretched(call: CallRecord, target: DataSummary) -> bool:
    """Whether the output has several numbers for each one of the target."""
    made = call.output_specs[0].shape if call.output_specs else None
    given = target.spec.shape
    if not made or not given or made[-1] in (1, None):
        return False
    return len(made) == 2 and (len(given) == 1 or (len(given) == 2 and given[-1] == 1))


def share_outside(sample: Any, low: float | None, high: float | None) -> float:
    """Return which share of the values lies clearly outside a range."""
    import numpy

    if sample is None or not getattr(sample, "size", 0) or sample.dtype.kind not in "biuf":
        return 0.0
    outside = numpy.zeros(sample.shape, bool)
    if low is not None:
        outside |= sample < low - _SLACK
    if high is not None:
        outside |= sample > high + _SLACK
    return float(outside.mean())


def several_labels(sample: Any) -> tuple[int, int] | None:
    """Return the least and the most labels per row, when rows of 0 and 1 have other than one."""
    import numpy

    if sample is None or sample.ndim < 2 or sample.shape[-1] < 2 or len(sample) < 8:
        return None
    if not numpy.isin(sample, (0, 1)).all():
        return None
    sums = sample.sum(axis=-1)
    if (sums != 1).mean() < 0.1 or sums.max() < 2:
        return None
    return int(sums.min()), int(sums.max())


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:.4g}"


def _range(target: DataSummary) -> str:
    return f"{_number(target.minimum)} to {_number(target.maximum)}"


def _unreachable(
    case: Case,
    output: TrainedOutput,
    call: CallRecord,
    target: DataSummary,
    activation: str,
    outside: float,
) -> Diagnosis:
    low, high = _REACH[activation]
    reach = "never negative" if high is None else f"between {low:g} and {high:g}"
    place = place_of(case, call.operation)
    negative = high is None
    wrong = "are negative" if negative else f"lie outside ({low:g}, {high:g})"
    return Diagnosis(
        ID,
        Severity.ERROR if outside > 0.25 else Severity.WARNING,
        0.93,
        f"{label(call.operation)}{at(case, place)} ends with {activation}, so its output is "
        f"{reach}, but the targets range from {_range(target)}: {outside:.0%} of them {wrong} and "
        "can never be reached.\n"
        f"The model's output saturates at the end of its range, and the loss stops falling.\n"
        "Use a linear output (no activation) for a target that is any number, or scale the targets "
        f"into the range of {activation}.",
        places=distinct([place, boundary_place(case, output.fit)]),
        layer=call.operation.name,
        evidence=(
            Evidence("data", f"targets: {_range(target)}, shape {shape(target.spec)}"),
            Evidence("value", f"{label(call.operation)}: activation {activation}, {reach}", place),
        ),
        fixes=_kept(
            set_activation(
                case,
                output,
                None,
                likelihood=0.9,
                title=f"Leave the activation of {label(call.operation)} out: a linear output",
            )
        ),
    )


def _not_binary(
    case: Case, output: TrainedOutput, call: CallRecord, target: DataSummary
) -> Diagnosis:
    place, chosen = place_of(case, call.operation), loss_place(case, output)
    whole = target.is_integral and (target.distinct or 99) <= 100
    values = _distinct(target.sample) if whole else ""
    kind = f"the labels {values}" if values else f"targets from {_range(target)}"
    if target.is_integral and target.distinct == 2:
        remedy = "Map the two labels to 0 and 1 first."
    elif whole and (target.minimum or 0) >= 0:
        remedy = (
            "For one class of several use one unit per class with softmax and "
            "sparse_categorical_crossentropy."
        )
    else:
        remedy = (
            "Scale the targets to 0..1, or use a regression loss such as mse with no activation."
        )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"binary_crossentropy{at(case, chosen)} expects targets between 0 and 1 and receives "
        f"{kind} (minimum {_number(target.minimum)}, maximum {_number(target.maximum)}).\n"
        "It can become negative without end, and the output is pushed to 0 or 1.\n" + remedy,
        places=distinct(
            # Labels are right as they are; it is loss and head that cannot take them.
            [chosen, place, boundary_place(case, output.fit)]
            if remedy.startswith("For one class")
            else [boundary_place(case, output.fit), chosen, place]
        ),
        layer=call.operation.name,
        evidence=(
            Evidence("data", f"targets: {_range(target)}, {target.distinct} different values"),
            Evidence("value", f"loss = binary_crossentropy on {label(call.operation)}", chosen),
        ),
    )


def _distinct(sample: Any) -> str:
    import numpy

    values = numpy.unique(sample)[:6]
    return "{" + ", ".join(f"{value:g}" for value in values) + "}"


def _several(
    case: Case, output: TrainedOutput, call: CallRecord, rows: tuple[int, int]
) -> Diagnosis:
    place, chosen = place_of(case, call.operation), loss_place(case, output)
    sigmoid = set_activation(case, output, "sigmoid", likelihood=0.9)
    binary = set_loss(case, output, "binary_crossentropy", likelihood=0.9)
    title = f'Use activation="sigmoid" on {label(call.operation)} and binary_crossentropy'
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"The targets are multi-label: a row has {rows[0]} to {rows[1]} labels, so several (more "
        f"than one) can be true, but {label(call.operation)}{at(case, place)} ends with softmax, "
        "whose probabilities sum to 1, and categorical_crossentropy expects exactly one label.\n"
        'Use activation="sigmoid" and binary_crossentropy: one yes-or-no question for each label.',
        places=distinct([place, chosen]),
        layer=call.operation.name,
        evidence=(
            Evidence("data", f"target rows sum to {rows[0]}..{rows[1]}; softmax rows sum to 1"),
            Evidence("value", "loss = categorical_crossentropy", chosen),
        ),
        fixes=_kept(both(sigmoid, binary, title, 0.9)),
        symptom="target-not-a-distribution",
    )


def _kept(*fixes: Fix | None) -> tuple[Fix, ...]:
    return tuple(fix for fix in fixes if fix is not None)
