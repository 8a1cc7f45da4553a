"""Which steps are sampled, so that sampling costs no more than it may.

An instrumented step takes up to three times as long as a plain one where the model is small, and
making it, once, as much as some twenty plain ones. A very short run is therefore instrumented in
all its steps, which saves a trace; a short one is sampled ever more rarely, and may cost more than
its share; a long one is sampled each time that the budget has grown to what a sample costs.
"""

from __future__ import annotations

from collections import deque
from statistics import median

VERY_SHORT = 100
"""Steps up to which all are instrumented: together they cost less than a second trace."""
SHORT = 600
"""Steps up to which no budget would allow as much as the trace, so that it is not asked."""
GROWTH = 1.3
"""Of the distance between samples of a short run: some fifteen in 600 steps."""
TRACE = 25.0
"""Plain steps that making an instrumented one is expected to cost, until it was measured."""
_KEPT = 101
_EAGER = 10
"""Plain steps after each of which their median is taken; later it is after each tenth."""


class Budget:
    """Decides before each step whether it is sampled.

    Args:
        share: of the training time that sampling may take.
        every: sample each N-th step instead.
        steps: of the whole training, where that is known.
    """

    def __init__(self, share: float, *, every: int | None = None, steps: int | None = None) -> None:
        self.always = every is None and steps is not None and steps <= VERY_SHORT
        self._is_short = every is None and steps is not None and steps <= SHORT
        self._share = share
        self._every = 1 if self.always else every
        self._step = 0
        self._next = 1
        self._plain: deque[float] = deque(maxlen=_KEPT)
        self._usual = 0.0
        self._counted = 0
        self._sampled: list[float] = []
        self._since = 0
        self._is_sampling = False
        self.elapsed = 0.0
        self.spent = 0.0
        """Seconds that sampling took, its one-off trace included."""

    def wants(self) -> bool:
        """Whether the step that comes next is to be sampled."""
        self._since += 1
        self._step += 1
        if self._every is not None:
            self._is_sampling = self._since >= self._every
        elif self._is_short:
            self._is_sampling = self._step >= self._next
            if self._is_sampling:
                self._next = max(self._step + 1, int(self._step * GROWTH))
        else:
            self._is_sampling = self._is_affordable()
        if self._is_sampling:
            self._since = 0
        return self._is_sampling

    def _is_affordable(self) -> bool:
        if len(self._plain) < 5:
            return False
        return self.spent + self._expected() <= self._share * self.elapsed

    def _expected(self) -> float:
        if not self._sampled:
            return TRACE * self._usual
        return max(0.0, median(self._sampled) - self._usual)

    def count(self, seconds: float, own: float) -> None:
        """Take down how long a step was, and what the monitor took beside it."""
        self.elapsed += seconds + own
        self.spent += own
        if self.always:
            return
        if not self._is_sampling:
            self._plain.append(seconds)
            self._counted += 1
            if self._counted <= _EAGER or self._counted % _EAGER == 0:  # It changes slowly.
                self._usual = median(self._plain)
            return
        if self._plain:
            self.spent += max(0.0, seconds - self._usual)
        is_first = not self._sampled  # It held the trace.
        self._sampled = [self._usual * 1.1] if is_first and self._plain else [
            *self._sampled[1 - _KEPT :], seconds,
        ]  # fmt: skip

    @property
    def overhead(self) -> float:
        """The share of the time so far that was the monitor's own, as far as it is measured."""
        return self.spent / self.elapsed if self.elapsed else 0.0
