"""The report: a failure, its diagnoses and the texts to show them in, without live objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graphscope.doctor.findings import Diagnosis, Fix, FixStatus, Place, Severity


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A stretch of source that was being executed; the file is an absolute path.

    Columns count characters from 0 within the line, and are equal where they are unknown.
    """

    file: str
    line: int
    code: str
    function: str = ""
    column: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the graph up to the failure: what the excerpt of the graph draws.

    Attributes:
        name: the name of the layer or operation.
        class_name: its class.
        shape: of its output, or of its input where it failed, as text.
        is_culprit: whether the failure or the diagnosis is about it.
        place: where it was called.
    """

    name: str
    class_name: str
    shape: str
    is_culprit: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class FailureReport:
    """The exception that ended the program.

    Attributes:
        exception: its class's name.
        message: its text without what Keras wraps around it.
        stage: what was being done: `construct`, `fit`, ...
        frames: the user's frames, innermost first.
        node: the layer, operation or graph node that failed.
        traceback: the whole traceback as Python prints it.
    """

    exception: str
    message: str
    stage: str
    frames: tuple[CodeLine, ...] = ()
    node: str | None = None
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a program or model.

    Attributes:
        program: absolute path of the script, or the name of the target that was checked.
        folder: absolute path of the folder that files are named relative to.
        failure: what ended the program; None when it ran to its end or was not run.
        diagnoses: primary first.
        notes: remarks about the run itself: what was not tried, what could not be known.
        seconds: from the end of the program to the report.
        seconds_to_diagnosis: from the end of the program until its fault was named.
        seconds_to_fix: from there until a fix had run; None when none has.
        sources: texts of the files that places and fixes lie in, by absolute path.
        steps: the last calls up to the failure, in order.
        silenced: how many diagnoses were silenced by the user.
        command: how the user called us, for hints: `graphscope debug train.py --fast`.
        layers: what the program's layers are, by their names: `LSTM, self.second`.
    """

    program: str
    folder: str
    failure: FailureReport | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    seconds_to_diagnosis: float = 0.0
    seconds_to_fix: float | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    silenced: int = 0
    command: str = ""
    layers: Mapping[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Diagnosis, ...]:
        """The diagnoses that count for exit statuses: all but those that are only worth knowing."""
        return tuple(each for each in self.diagnoses if each.severity is not Severity.INFO)

    @property
    def has_verified_fix(self) -> bool:
        """Whether some fix was applied to a copy that then ran."""
        return any(
            fix.status is FixStatus.VERIFIED for each in self.diagnoses for fix in each.fixes
        )

    @property
    def offered(self) -> tuple[Fix, ...]:
        """The fixes that can be applied, in the order in which they are numbered from 1."""
        return tuple(
            fix
            for each in self.diagnoses
            for fix in each.fixes
            if fix.edits and fix.status is not FixStatus.REJECTED
        )

    def layer_label(self, name: str | None) -> str | None:
        """Return a layer's name with what it is: `fc (Dense)`; a class stays as it is."""
        kind = self.layers.get(name or "")
        return f"{name} ({kind})" if kind else name

    def relative(self, file: str) -> str:
        """Return a file as the user names it: relative to the folder, where it lies in it."""
        path = Path(file)
        return path.relative_to(self.folder).as_posix() if self._holds(path) else file

    def _holds(self, path: Path) -> bool:
        return bool(self.folder) and path.is_relative_to(self.folder)

    def line_text(self, place: Place) -> str:
        """Return the source line at a place; empty where the text is unknown."""
        lines = self.sources.get(place.file, "").split("\n")
        return lines[place.line - 1] if 0 < place.line <= len(lines) else ""
