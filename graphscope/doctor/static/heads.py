"""Whether a head and a loss fit: the same judgement for graphs and for source."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.doctor.findings import Severity
from graphscope.doctor.static.compilation import Loss

_CLASSES = ("categorical_crossentropy", "sparse_categorical_crossentropy")
_BINARY = "binary_crossentropy"
_CROSSENTROPIES = (*_CLASSES, _BINARY)
_UNBOUNDED = ("relu", "elu", "leaky_relu", "selu", "gelu", "softplus", "silu", "swish", "tanh")
_CUT = ("relu", "relu6", "softplus")
"""Activations that are never negative, and have no upper end as probabilities have."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last layer: how it is named, its units (None: unknown) and its activation.

    The activation is `linear` for none; None where it is unknown.
    """

    label: str
    units: int | None
    activation: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong, and what to do."""

    rule: str
    severity: Severity
    confidence: float
    problem: str
    remedy: str


def judge(head: Head, loss: Loss) -> Verdict | None:
    """Return what is wrong with a head under a loss; None when they fit or too little is known."""
    if loss.name not in _CROSSENTROPIES or head.activation is None:
        return None
    if loss.from_logits:
        return _judge_logits(head, loss)
    return _judge_probabilities(head, loss)


def _judge_logits(head: Head, loss: Loss) -> Verdict | None:
    if head.activation in _CUT:
        return _mismatch(
            Severity.WARNING,
            0.85,
            f"{loss.name} takes the output of {head.label} for logits, which may be any number, "
            f"and its {head.activation} cuts off what is negative: no class can be ruled out, and "
            "a unit that is 0 for all samples learns no more.",
            f"Leave out the activation of {head.label}: logits are linear.",
        )
    if head.activation not in ("softmax", "sigmoid"):
        return None
    return Verdict(
        "softmax-from-logits",
        Severity.WARNING,
        0.95,
        f"{head.label} ends with {head.activation}, and {loss.name} with from_logits=True applies "
        f"{'sigmoid' if loss.name == _BINARY else 'softmax'} once more. Training is slow and stops "
        "early.",
        f"Leave out the activation of {head.label}, or set from_logits=False.",
    )


def _judge_probabilities(head: Head, loss: Loss) -> Verdict | None:
    several = head.units is not None and head.units > 1
    if head.units == 1 and loss.name in _CLASSES:
        return _mismatch(
            Severity.ERROR,
            0.95,
            f"{loss.name} compares scores of classes, and {head.label} has 1 unit: one class.",
            'Give it one unit per class, or use 1 unit with activation="sigmoid" and '
            "binary_crossentropy.",
        )
    if head.activation == "linear":
        return _mismatch(
            Severity.ERROR,
            0.9,
            f"{loss.name} expects probabilities between 0 and 1, and {head.label} has no "
            "activation: it gives any number.",
            f'Add activation="{_fitting(loss)}", or pass from_logits=True to the loss.',
        )
    if head.activation == "sigmoid" and loss.name in _CLASSES and several:
        return _mismatch(
            Severity.WARNING,
            0.85,
            f"{head.label} ends with sigmoid: its {head.units} outputs do not sum to 1, as "
            f"{loss.name} presumes.",
            'Use activation="softmax" for one class of several, or binary_crossentropy for '
            "several labels at once.",
        )
    if head.activation == "softmax" and loss.name == _BINARY and (head.units or 0) > 2:
        return _mismatch(
            Severity.WARNING,
            0.8,
            f"{head.label} gives one distribution over {head.units} classes (softmax), and "
            f"{loss.name} takes them for {head.units} separate yes-or-no questions.",
            "Use categorical_crossentropy for one class of several, or sigmoid for several labels.",
        )
    if head.activation in _UNBOUNDED:
        return _mismatch(
            Severity.WARNING,
            0.9,
            f"{loss.name} expects probabilities between 0 and 1, and {head.label} ends with "
            f"{head.activation}.",
            f'Use activation="{_fitting(loss)}".',
        )
    return None


def _mismatch(severity: Severity, confidence: float, problem: str, remedy: str) -> Verdict:
    return Verdict("loss-and-head", severity, confidence, problem, remedy)


def _fitting(loss: Loss) -> str:
    return "sigmoid" if loss.name == _BINARY else "softmax"
