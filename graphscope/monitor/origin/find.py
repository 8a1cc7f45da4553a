"""Running a step again, operation by operation, off the training."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from graphscope.monitor.origin.moments import Moment
from graphscope.monitor.origin.trail import Origin


def find_origin(model: Any, moment: Moment) -> Origin | None:
    """Return the operation in which a step's first NaN or infinity arose.

    The training's state stays as it is: variables are read and written in a scope of their own,
    and random generators are where they were.

    Args:
        model: that was trained.
        moment: what the step began with.

    Returns:
        None when the step, run again, has no such number in its loss or gradients.
    """
    import keras

    backend = keras.backend.backend()
    with _same_random_state():
        if backend == "jax":
            from graphscope.monitor.origin.on_jax import replay
        elif backend == "torch":
            from graphscope.monitor.origin.on_torch import replay
        else:
            from graphscope.monitor.origin.on_tensorflow import replay
        return replay(model, moment)


@contextmanager
def _same_random_state() -> Iterator[None]:
    """Leave the generators of Python and NumPy as they were."""
    of_python, of_numpy = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(of_python)
        np.random.set_state(of_numpy)
