"""All health rules over one training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from graphscope.doctor.case import Case
from graphscope.doctor.examine import examine, merge
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.health.attribution import attribute
from graphscope.doctor.health.proof import proof_of_learning
from graphscope.doctor.health.signals import goes_well, is_long_enough
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


def examine_program(
    case: Case, trainings: Sequence[Training], tell: Tell = lambda _note: None
) -> list[Diagnosis]:
    """Return what is wrong with a program that trained: causes, with what they lead to.

    Args:
        case: the program; one that failed is examined for its failure.
        trainings: that were watched.
        tell: called with each note about the examination itself.
    """
    causes = examine(case, tell)
    if case.failure is not None:
        return causes
    sick = [found for training in trainings for found in examine_training(training, tell)]
    poor = any(is_long_enough(each.run) and not goes_well(each.run) for each in trainings)
    return attribute(causes, sick, is_poor=poor, proof=proof_of_learning(trainings))


def _ask(rule: HealthRule, training: Training, tell: Tell) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    try:
        found.extend(rule.diagnose(training))
    except Exception as error:  # noqa: BLE001 - our own fault must not hide the user's
        text = " ".join(str(error).split())[:200]
        tell(f"The health rule {rule.ID} could not be applied ({type(error).__name__}: {text}).")
    return found
