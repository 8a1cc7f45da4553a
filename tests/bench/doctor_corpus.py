"""Programs whose faults are known: what is wrong in each, as one type for all collections."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[1] / "corpus"
COLLECTIONS = ("shape", "training", "programs", "own", "threads", "pathologies")
TRAINING = ("training", "pathologies")
"""Collections whose pathologies are asked for by `--train`: they take a minute each."""
RAISING = ("shape", "data")

Place = tuple[str, int]
"""Name of a file, without its folder, and a line."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A line replaced, by its number in the file as it was; None deletes it."""

    file: str
    line: int
    text: str | None


Edits = tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Specimen:
    """A program and the truth about it.

    Attributes:
        root: the folder of its collection.
        main: the script that is run, relative to the root.
        files: all of its files, relative to the root.
        kind: `shape` and `data` raise, `silent` and `pathology` do not, `healthy` is right.
        stage: when it shows, in the words of its collection.
        exceptions: accepted class names, of any class the exception derives from.
        culprit: the line a human would edit.
        acceptable: lines that are as good, the culprit among them.
        layer: the layer the fault is about.
        keys: phrases of which a good explanation holds the words.
        fixes: changes that are known to cure it.
        symptom, cure, health: expressions over the finished program.
        repair_class: A, B or C, where its collection says so.
        sickness: how it shows in training, in one word (`dead-relu`).
    """

    id: str
    title: str
    collection: str
    root: Path
    main: Path
    files: tuple[Path, ...]
    kind: str
    stage: str
    exceptions: tuple[str, ...]
    culprit: Place | None
    acceptable: frozenset[Place]
    layer: str | None
    keys: tuple[str, ...]
    fixes: tuple[Edits, ...]
    symptom: str | None = None
    cure: str | None = None
    health: str | None = None
    repair_class: str | None = None
    sickness: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it is wrong and raises nothing."""
        return self.kind in ("silent", "pathology")

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.kind == "healthy"

    def copy_to(self, folder: Path, edits: Edits = ()) -> Path:
        """Write the program into a folder, with its lines edited, and return the main script."""
        base = self.main.parent
        for file in self.files:
            target = folder / file.relative_to(base)
            target.parent.mkdir(parents=True, exist_ok=True)
            source = (self.root / file).read_text()
            target.write_text(edited(source, [edit for edit in edits if edit.file == file.name]))
        for extra in (self.root / base).glob("*"):
            # A program of several files may bring data; the short scripts share one folder.
            if len(self.files) > 1 and extra.suffix not in (".py", ".pyc", "") and extra.is_file():
                shutil.copy(extra, folder)
        return folder / self.main.name


def edited(source: str, edits: Sequence[Edit]) -> str:
    """Return a text with lines replaced; lines count from 1 in the text as it was."""
    lines = source.split("\n")
    for edit in sorted(edits, key=lambda edit: -edit.line):
        lines[edit.line - 1 : edit.line] = [] if edit.text is None else edit.text.split("\n")
    return "\n".join(lines)


def load(root: Path) -> list[Specimen]:
    """Read the collection in a folder: its `cases.json`."""
    data = json.loads((root / "cases.json").read_text())
    rows = data["cases"] if isinstance(data, dict) else data
    return [_specimen(root, row) for row in rows]


def load_collections(names: Iterable[str]) -> list[Specimen]:
    """Read collections of this repository."""
    return [specimen for name in names for specimen in load(CORPUS / name)]


def _specimen(root: Path, row: Mapping[str, Any]) -> Specimen:
    main = Path(row["file"])
    raised = row.get("exception") or ()
    culprit = row.get("culprit_line")
    strict = culprit and (Path(row.get("culprit_file") or main).name, culprit)
    return Specimen(
        id=row["id"],
        title=row["title"],
        collection=root.name,
        root=root,
        main=main,
        files=tuple(Path(name) for name in row.get("files") or [row["file"]]),
        kind=row.get("kind") or ("shape" if raised else "silent"),
        stage=row.get("stage") or "",
        exceptions=(raised,) if isinstance(raised, str) else tuple(raised),
        culprit=strict or None,
        acceptable=frozenset(
            [_place(each, main) for each in row.get("acceptable_lines") or []]
            + ([strict] if strict else [])
        ),
        layer=row.get("culprit_layer"),
        keys=tuple(row.get("explanation_keys") or ()),
        fixes=tuple(_edits(fix, main) for fix in row.get("fixes") or []),
        symptom=row.get("symptom_check") or row.get("silent_check"),
        cure=row.get("cure_check"),
        health=row.get("health_check") or row.get("healthy_check"),
        repair_class=row.get("repair_class"),
        sickness=row.get("symptom"),
    )


def _place(given: int | Mapping[str, Any], main: Path) -> Place:
    if isinstance(given, int):
        return main.name, given
    return Path(given["file"]).name, given["line"]


def _edits(fix: Mapping[str, Any], main: Path) -> Edits:
    return tuple(
        Edit(Path(edit.get("file") or main).name, edit["line"], edit["replace_with"])
        for edit in fix.get("edits") or [fix]
    )
