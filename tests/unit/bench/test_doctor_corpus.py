"""The collections are sound, and the bench scores as the public scorer does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.bench.doctor_corpus import COLLECTIONS, Edit, Specimen, edited, load_collections
from tests.bench.doctor_scoring import (
    edits_of,
    missed_keys,
    names_layer,
    ranked_places,
    score,
    words,
)

ALL = load_collections(COLLECTIONS)


def specimen(name: str) -> Specimen:
    return next(each for each in ALL if each.id == name)


def test_collections_have_the_size_they_are_said_to_have() -> None:
    sizes = {name: sum(each.collection == name for each in ALL) for name in COLLECTIONS}
    assert sizes == {
        "shape": 64, "training": 64, "programs": 16, "own": 78, "threads": 72, "pathologies": 106,
    }  # fmt: skip


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_truth_is_about_lines_that_exist(case: Specimen) -> None:
    texts = {file.name: (case.root / file).read_text().split("\n") for file in case.files}
    assert case.main.name in texts
    assert case.is_healthy == (case.culprit is None)
    for file, line in case.acceptable:
        assert texts[file][line - 1].strip(), (file, line)
    for fix in case.fixes:
        assert all(1 <= edit.line <= len(texts[edit.file]) for edit in fix)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)
def test_fixed_programs_are_python(case: Specimen, tmp_path: Path) -> None:
    for number, fix in enumerate(case.fixes):
        case.copy_to(tmp_path / str(number), fix)
    for file in tmp_path.rglob("*.py"):
        compile(file.read_text(), str(file), "exec")


def test_lines_are_counted_in_the_text_as_it_was() -> None:
    edits = [Edit("f", 1, None), Edit("f", 3, "c\nC")]
    assert edited("a\nb\nc0\nd", edits) == "b\nc\nC\nd"


def test_words_are_singular_and_without_those_that_say_nothing() -> None:
    assert words("The LSTM expects 3 axes, received (None, 10)") == [
        "lstm", "expect", "3", "axe", "received", "none", "10"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "missed"),
    [
        ("received (None, 10)", False),
        ("expects rank 3", True),
        ("layer lstm got None", False),  # three of four words
        ("positional|lstm", False),  # as a pattern
        ("(20", True),  # no pattern at all
    ],
)
def test_keys_are_words_or_patterns(key: str, missed: bool) -> None:
    assert bool(missed_keys([key], "LSTM layer received (None, 10)")) is missed


@pytest.mark.parametrize(
    ("truth", "said", "named"),
    [
        ("LSTM", "lstm_2", True),
        ("dec2_concat", "concat", True),
        ("Dense", "conv2d", False),
        ("Dense", None, False),
    ],
)
def test_layers_are_named_by_name_or_class(truth: str, said: str | None, named: bool) -> None:
    assert names_layer(truth, said) is named


def diagnosis(**fields: Any) -> dict[str, Any]:
    return {"rule": "a-rule", "severity": "error", "message": "", **fields}


def test_only_the_first_finding_counts_and_notes_do_not() -> None:
    case = specimen("A012")
    right = diagnosis(places=[{"file": case.main.name, "line": case.culprit and case.culprit[1]}])
    wrong = diagnosis(places=[{"file": case.main.name, "line": 1}])
    note = diagnosis(severity="info")
    assert score(case, {"diagnoses": [note, right, wrong]}).strict
    assert not score(case, {"diagnoses": [wrong, right]}).acceptable
    assert not score(case, {"diagnoses": [note]}).detected


def test_lines_stand_in_for_places() -> None:
    case = specimen("A012")
    assert ranked_places(case, diagnosis(lines=[9])) == [(case.main.name, 9)]


def test_fixes_of_foreign_files_are_no_fixes() -> None:
    program, script = specimen("C001"), specimen("A012")
    fix = {"edits": [{"file": "/elsewhere/other.py", "line": 1, "replace_with": None}]}
    assert edits_of(program, fix) is None
    assert edits_of(script, fix) == (Edit(script.main.name, 1, None),)
