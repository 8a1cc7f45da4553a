"""What a health rule may look at: a run, and the program that trained where it was watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.records import Boundary
from graphscope.runs import Run


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """One training.

    Attributes:
        run: what was logged of it.
        case: the program, under `graphscope debug --train`; None when only the log is at hand.
        fit: the call that trained, where it was seen.
    """

    run: Run
    case: Case | None = None
    fit: Boundary | None = None


class HealthRule(Protocol):
    """A module of `doctor.health.rules`: an id, the symptom it finds, and a function.

    Its diagnoses carry `symptom` and `first_step`, and speak of what the run shows; with a case at
    hand they also name lines and offer edits.
    """

    ID: str
    SYMPTOM: str

    def diagnose(self, training: Training) -> Iterator[Diagnosis]:
        """Yield what is sick; nothing where there is too little to go by."""
        ...
