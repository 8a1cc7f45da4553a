"""What the doctor says: a diagnosis with its evidence, its places and its fixes, as plain values.

The terminal, the page, the JSON file and SARIF each draw these in their own way; nothing here
knows Keras, and nothing here holds a live object.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The program fails, or what it computes is certainly not what was meant."""
    WARNING = "warning"
    """The program runs, and very probably does something else than was meant."""
    INFO = "info"
    """Worth knowing; not counted as a finding by exit codes."""


class RepairClass(StrEnum):
    """How much of the user's intent a fix presumes."""

    A = "A"
    """The one edit that keeps the meaning."""
    B = "B"
    """One of several sensible edits; the choice is the user's."""
    C = "C"
    """Needs to know what was intended."""


class FixStatus(StrEnum):
    """What is known about a fix."""

    PROPOSED = "proposed"
    """Not run."""
    VERIFIED = "verified"
    """Applied to a copy, and the program ran to its end."""
    REJECTED = "rejected"
    """Applied to a copy, and the program failed all the same."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of the user's program; the file is an absolute path."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that supports a diagnosis.

    Attributes:
        kind: `shape`, `origin` (where a value came from), `value`, `arithmetic`, `code`, `data`,
            `call` or `note`.
        text: the fact, in one line.
        place: where it can be seen, when there is a line.
    """

    kind: str
    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One line of a file replaced: by other text, of one or several lines, or by nothing.

    Attributes:
        file: absolute path.
        line: counted from 1, in the file as it is before any edit.
        replace_with: the new text without a final newline; None deletes the line.
    """

    file: str
    line: int
    replace_with: str | None


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the source that may cure a diagnosis.

    Attributes:
        title: what it does, in one imperative sentence: "Give the first LSTM
            return_sequences=True".
        edits: all of them belong together.
        repair_class: how much intent it presumes.
        status: whether it was tried.
        likelihood: from 0 to 1, how much the evidence speaks for it; ranks fixes before and
            after they are tried.
        result: what happened when it was tried, in one sentence.
    """

    title: str
    edits: tuple[Edit, ...]
    repair_class: RepairClass = RepairClass.B
    status: FixStatus = FixStatus.PROPOSED
    likelihood: float = 0.5
    result: str = ""

    @property
    def places(self) -> tuple[Place, ...]:
        """The lines it changes, in the order of its edits."""
        return tuple(dict.fromkeys(Place(edit.file, edit.line) for edit in self.edits))

    @property
    def size(self) -> int:
        """How many lines it touches: removed ones and new ones."""
        return sum(1 + (edit.replace_with or "").count("\n") for edit in self.edits)

    def apply(self, sources: Mapping[str, str]) -> dict[str, str]:
        """Return the texts of the changed files.

        Args:
            sources: the text of each file by absolute path.
        """
        return {
            file: apply_edits(sources[file], [edit for edit in self.edits if edit.file == file])
            for file in dict.fromkeys(edit.file for edit in self.edits)
        }

    def diff(self, sources: Mapping[str, str]) -> str:
        """Return the change as a unified diff, with files named relative to nothing."""
        return "".join(
            _unified(Path(file).name, sources[file], text)
            for file, text in self.apply(sources).items()
        )


def apply_edits(source: str, edits: Iterable[Edit]) -> str:
    """Return a file's text with lines replaced; lines count in the text as it was.

    >>> apply_edits("a\\nb\\nc\\n", [Edit("f", 2, "B\\nBB"), Edit("f", 1, None)])
    'B\\nBB\\nc\\n'
    """
    lines = source.split("\n")
    for edit in sorted(edits, key=lambda edit: -edit.line):
        new = [] if edit.replace_with is None else edit.replace_with.split("\n")
        lines[edit.line - 1 : edit.line] = new
    return "\n".join(lines)


def _unified(name: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), name, name, n=1
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong, and how it is known.

    Attributes:
        rule: id of the rule, as it is silenced by: `missing-return-sequences`.
        severity: how bad it is.
        confidence: from 0 to 1. Below 0.5 the message says that it is not sure.
        message: what happened, at which layer and line, received against needed, where it came
            from, what to do. Plain text, at most 12 lines.
        places: lines where the cause lies, best first; the first is the line to edit.
        layer: the layer the fault is about: its name, or its class where it has no name of its
            own; None for faults of data, loss or optimizer.
        node: id of its scope or node in the graph up to the failure, when there is one.
        evidence: the facts, most telling first.
        fixes: candidates, best first.
        symptom: how it shows in training (`vanishing-gradient`); None for what does not train.
        first_step: the step in which it was first visible; 0 when it was before training.
    """

    rule: str
    severity: Severity
    confidence: float
    message: str
    places: tuple[Place, ...] = ()
    layer: str | None = None
    node: str | None = None
    evidence: tuple[Evidence, ...] = ()
    fixes: tuple[Fix, ...] = ()
    symptom: str | None = None
    first_step: int | None = None
