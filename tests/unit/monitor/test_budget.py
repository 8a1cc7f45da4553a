"""Which steps are sampled."""

from __future__ import annotations

from itertools import pairwise

from graphscope.monitor.budget import Budget


def sampled(budget: Budget, steps: int, *, plain: float = 1.0, extra: float = 2.0) -> list[int]:
    """Return the steps that a budget samples where each takes `plain` seconds, a sample more."""
    found = []
    for step in range(1, steps + 1):
        wanted = budget.wants()
        if wanted:
            found.append(step)
        budget.count(plain + (extra if wanted else 0.0), 0.0)
    return found


def test_each_nth() -> None:
    assert sampled(Budget(0.02, every=5), 20) == [5, 10, 15, 20]


def test_all_of_a_very_short_run() -> None:
    budget = Budget(0.02, steps=30)

    assert budget.always
    assert sampled(budget, 30) == list(range(1, 31))


def test_a_short_run_is_sampled_ever_more_rarely() -> None:
    found = sampled(Budget(0.02, steps=600), 600)

    gaps = [after - before for before, after in pairwise(found)]
    assert found[0] == 1
    assert gaps == sorted(gaps)
    assert 10 <= len(found) <= 30


def test_a_long_run_stays_within_its_share() -> None:
    budget = Budget(0.02, steps=100_000)

    found = sampled(budget, 20_000)

    assert len(found) > 20
    assert budget.overhead <= 0.021
    assert found[0] >= 25 / 0.02 * 0.9  # The trace is counted in before it is made.


def test_what_the_monitor_takes_itself_counts() -> None:
    budget = Budget(0.02, steps=100_000)
    for _ in range(100):
        budget.wants()
        budget.count(1.0, 0.05)

    assert round(budget.overhead, 4) == round(0.05 / 1.05, 4)
