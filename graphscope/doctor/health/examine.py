"""All health rules over one training."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from graphscope.doctor.examine import merge
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.training import HealthRule, Training
from graphscope.doctor.rule import load_rules

Tell = Callable[[str], None]


def examine_training(training: Training, tell: Tell = lambda _note: None) -> list[Diagnosis]:
    """Return what is sick, the most serious first; a rule that raises is left out, and told.

    Args:
        training: the run, and the program where it was watched.
        tell: called with each note about the examination itself.
    """
    from graphscope.doctor.health import rules

    loaded = cast("list[HealthRule]", load_rules(rules, tell))
    return merge(found for rule in loaded for found in _ask(rule, training, tell))


def _ask(rule: HealthRule, training: Training, tell: Tell) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    try:
        found.extend(rule.diagnose(training))
    except Exception as error:  # noqa: BLE001 - our own fault must not hide the user's
        text = " ".join(str(error).split())[:200]
        tell(f"The health rule {rule.ID} could not be applied ({type(error).__name__}: {text}).")
    return found
