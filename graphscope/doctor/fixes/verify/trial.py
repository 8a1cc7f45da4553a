"""What is run to try a fix, and what came of it; plain values that cross a process border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from graphscope.doctor.findings import Severity
from graphscope.doctor.running import Launch

OUTCOME, OUTPUT = "outcome.json", "output.txt"
"""Files in the scratch folder of a trial: what came of it, and what it printed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much trying may cost.

    Attributes:
        seconds: after which no further trial is begun, once some fix has run clean.
        seconds_in_all: after which everything is stopped.
        seconds_each: for one trial.
        memory: resident bytes of one trial.
        trials: how many fixes are tried.
        at_once: how many run at the same time.
        train: whether copies train as the program does, and how that goes decides.
    """

    seconds: float = 15.0
    seconds_in_all: float = 60.0
    seconds_each: float = 30.0
    memory: int = 4 << 30
    trials: int = 12
    at_once: int = 2
    train: bool = False


Mode = Literal["cut", "whole epoch", "unchanged"]
"""How far training goes: one step of two epochs, all steps of one epoch, or as it is written."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of a copy.

    Attributes:
        key: names the trial.
        launch: the program in the copy.
        original: folder of the original program.
        cwd: where the copy is run.
        scratch: folder that holds everything the run may write to; the copy is in it.
        mode: how far training goes.
        seconds: time limit.
        memory: limit of resident bytes.
        modules: frameworks to import first, where the process has not done so.
        examine: whether what ran to its end is examined for bugs that raise nothing.
        train: whether its training is watched.
    """

    key: str
    launch: Launch
    original: str
    cwd: str
    scratch: str
    mode: Mode = "cut"
    seconds: float = 30.0
    memory: int = 4 << 30
    modules: tuple[str, ...] = ()
    examine: bool = True
    train: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the trial as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Trial:
        """Return the trial that `as_dict` wrote."""
        launch = Launch(**{**values["launch"], "arguments": tuple(values["launch"]["arguments"])})
        return cls(**{**values, "launch": launch, "modules": tuple(values["modules"])})


OutcomeKind = Literal["finished", "raised", "timeout", "memory", "refused", "crashed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A bug that raises nothing, found in a copy that ran to its end."""

    rule: str
    severity: Severity
    layer: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trial.

    Attributes:
        key: of the trial.
        kind: `refused` when it was stopped by something that it is not allowed to do here.
        seconds: how long it ran.
        exception: name of the class of what it raised.
        message: of the exception, or what was refused, or what ended the process.
        file: the user's file in which it was raised, as a path of the original.
        line: in that file as it is in the copy.
        main_line: the line of the main script that led there.
        events: how many layers, calls and boundaries were seen.
        is_cut: whether the program would have trained for longer.
        is_nan: whether a loss was not a number at the end of a fit.
        findings: what was found in what ran to its end.
        training: how its last training went, when that was watched.
    """

    key: str
    kind: OutcomeKind
    seconds: float = 0.0
    exception: str = ""
    message: str = ""
    file: str = ""
    line: int = 0
    main_line: int = 0
    events: int = 0
    is_cut: bool = False
    is_nan: bool = False
    findings: tuple[Finding, ...] = field(default=())
    training: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Outcome:
        """Return the outcome that `as_dict` wrote."""
        findings = tuple(
            Finding(each["rule"], Severity(each["severity"]), each["layer"])
            for each in values["findings"]
        )
        return cls(**{**values, "findings": findings})
