"""What a rule may look at: the failure, the recording and the user's source, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphscope.doctor.records import Failure, Recording
from graphscope.doctor.source import Program


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A program that was run, and how it ended.

    Attributes:
        program: the user's source files.
        recording: what happened.
        failure: the exception that ended it; None when it ran to its end.
        globals: the main script's variables as they were at the end.
    """

    program: Program
    recording: Recording
    failure: Failure | None = None
    globals: Mapping[str, Any] = field(default_factory=dict)
