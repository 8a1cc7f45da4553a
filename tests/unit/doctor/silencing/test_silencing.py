"""Silencing by pyproject.toml and by comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.doctor.findings import Diagnosis, Place, Severity
from graphscope.doctor.silencing import apply_silencing

LINES = {
    1: "model.add(Dense(4))",
    2: "model.add(Dense(4))  # graphscope: ignore[linear-stack]",
    3: "model.add(Dense(4))  # graphscope: ignore",
    4: "model.add(Dense(4))  # graphscope: ignore[high-dropout, linear-stack]",
    5: "model.add(Dense(4))  # graphscope: ignore[linear-stak]",
    6: "model.add(Dense(4))  #graphscope:ignore [linear-stack] because it is meant",
    7: "model.add(Dense(4))  # graphscope: ignored by many",
}


def diagnosis(rule: str, *lines: int) -> Diagnosis:
    places = tuple(Place("train.py", line) for line in lines)
    return Diagnosis(rule, Severity.WARNING, 0.8, "It is so.", places)


def line_of(place: Place) -> str:
    return LINES.get(place.line, "")


@pytest.mark.parametrize(
    ("rule", "lines", "is_kept"),
    [
        ("linear-stack", (1,), True),
        ("linear-stack", (2,), False),
        ("high-dropout", (2,), True),
        ("high-dropout", (3,), False),
        ("high-dropout", (4,), False),
        ("linear-stack", (1, 2), False),
        ("linear-stack", (6,), False),
        ("linear-stack", (7,), True),
        ("linear-stack", (), True),
    ],
)
def test_a_comment_on_any_place(
    rule: str, lines: tuple[int, ...], is_kept: bool, tmp_path: Path
) -> None:
    found = diagnosis(rule, *lines)
    kept, silenced, notes = apply_silencing([found], tmp_path, line_of)
    assert (kept, silenced, notes) == ([found] if is_kept else [], int(not is_kept), [])


def test_the_nearest_pyproject_above_the_program_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.graphscope]\nignore = ["linear-stack"]\n')
    folder = tmp_path / "src" / "nets"
    folder.mkdir(parents=True)
    found = [diagnosis("linear-stack", 1), diagnosis("high-dropout", 1)]
    kept, silenced, notes = apply_silencing(found, folder, line_of)
    assert ([each.rule for each in kept], silenced, notes) == (["high-dropout"], 1, [])
    (tmp_path / "src" / "pyproject.toml").write_text("[project]\nname = 'nets'\n")
    assert apply_silencing(found, folder, line_of).silenced == 0


def test_unknown_ids_are_reported(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.graphscope]\nignore = ["linear-stuck"]\n')
    kept, silenced, notes = apply_silencing([diagnosis("linear-stack", 5)], tmp_path, line_of)
    assert (len(kept), silenced) == (1, 0)
    assert notes == [
        "pyproject.toml ignores 'linear-stuck', which is no rule; docs/rules.md lists them.",
        "A comment ignores 'linear-stak', which is no rule; docs/rules.md lists them.",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.graphscope\n", "cannot be read, so nothing is ignored"),
        ('[tool.graphscope]\nignore = "linear-stack"\n', "ignore is no list of rule ids"),
        ("[tool.graphscope]\nignore = [3]\n", "ignore is no list of rule ids"),
    ],
)
def test_a_broken_pyproject_is_told(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    kept, _, notes = apply_silencing([diagnosis("linear-stack", 1)], tmp_path, line_of)
    assert len(kept) == 1
    assert told in notes[0]


@pytest.mark.parametrize("text", ["", "tool = 3\n", "[tool.other]\n", "[tool]\ngraphscope = 1\n"])
def test_a_pyproject_of_others_is_silent(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert apply_silencing([diagnosis("linear-stack", 1)], tmp_path, line_of).notes == []


def test_lines_are_read_from_files(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text("a = 1\nb = 2  # graphscope: ignore\n")
    places = (Place(str(file), 2), Place(str(tmp_path / "missing.py"), 1))
    found = Diagnosis("linear-stack", Severity.ERROR, 1.0, "So.", places)
    assert apply_silencing([found], tmp_path).silenced == 1
