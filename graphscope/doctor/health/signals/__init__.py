"""What curves and statistics say: plain questions about a run, each answered by one number."""

from graphscope.doctor.health.signals.baseline import constant_loss, is_no_better_than_constant
from graphscope.doctor.health.signals.curves import (
    ENOUGH,
    first_step,
    is_long_enough,
    last,
    loss_of,
    parts,
    progress,
    score_of,
    step_of_epoch,
    trained_layers,
    typical,
)
from graphscope.doctor.health.signals.going import goes_well, is_stuck
from graphscope.doctor.health.signals.trends import (
    has_many_epochs,
    is_signed,
    noise,
    rise,
    swing,
)

__all__ = [
    "ENOUGH",
    "constant_loss",
    "first_step",
    "goes_well",
    "has_many_epochs",
    "is_long_enough",
    "is_no_better_than_constant",
    "is_signed",
    "is_stuck",
    "last",
    "loss_of",
    "noise",
    "parts",
    "progress",
    "rise",
    "score_of",
    "step_of_epoch",
    "swing",
    "trained_layers",
    "typical",
]
