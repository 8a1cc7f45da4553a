"""Whether a training does what it should."""

from __future__ import annotations

import numpy as np

from graphscope.doctor.health.signals.baseline import is_no_better_than_constant
from graphscope.doctor.health.signals.curves import is_long_enough, loss_of, progress, score_of
from graphscope.runs import Run


def goes_well(run: Run) -> bool:
    """Whether a training does what it should: it classifies well, or its loss fell by half.

    A loss that ends where a constant answer would is not well, however far it fell.
    """
    series = loss_of(run)
    if series is not None and not np.isfinite(series.values[-1]):
        return False
    score = score_of(run)
    if score is not None:
        return score > 0.8  # Of many classes that is far from chance; of two it is some way.
    return progress(run) > 0.5 and not is_no_better_than_constant(run)


def is_stuck(run: Run) -> bool:
    """Whether a training that was long enough has got nowhere: its loss lost under a tenth."""
    return is_long_enough(run) and not goes_well(run) and not progress(run) > 0.1
