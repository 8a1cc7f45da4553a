"""Editing the user's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.doctor.findings import Diagnosis, Edit, Fix, FixStatus, Severity
from graphscope.doctor.reports import Report
from graphscope.errors import GraphscopeError
from graphscope.session.debug.applying import apply_fix, find_fix


def report_on(file: Path, text: str, *fixes: Fix) -> Report:
    diagnosis = Diagnosis("rule", Severity.ERROR, 0.9, "m", fixes=fixes)
    folder = str(file.parent)
    return Report(str(file), folder, diagnoses=(diagnosis,), sources={str(file): text})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "train.py"


def test_a_line_is_replaced_and_the_mode_kept(file: Path) -> None:
    file.write_text("a = 1\nb = 2\n")
    file.chmod(0o755)
    fix = Fix("fix", (Edit(str(file), 2, "b = 3\nc = 4"),))
    assert apply_fix(report_on(file, "a = 1\nb = 2\n", fix), fix) == ["train.py"]
    assert file.read_text() == "a = 1\nb = 3\nc = 4\n"
    assert file.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in file.parent.iterdir()] == ["train.py"]


def test_line_ends_and_encoding_are_kept(file: Path) -> None:
    text = "# coding: latin-1\nword = 'é'\nx = 1\n"
    file.write_bytes(text.replace("\n", "\r\n").encode("latin-1"))
    fix = Fix("fix", (Edit(str(file), 3, "x = 'ü'"),))
    apply_fix(report_on(file, text, fix), fix)
    assert file.read_bytes() == text.replace("x = 1", "x = 'ü'").replace("\n", "\r\n").encode(
        "latin-1"
    )


def test_a_mark_at_the_start_is_kept(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfx = 1\n")
    fix = Fix("fix", (Edit(str(file), 1, "x = 2"),))
    apply_fix(report_on(file, "x = 1\n", fix), fix)
    assert file.read_bytes() == b"\xef\xbb\xbfx = 2\n"


def test_a_link_stays_one(file: Path) -> None:
    target = file.with_name("real.py")
    target.write_text("x = 1\n")
    file.symlink_to(target)
    fix = Fix("fix", (Edit(str(file), 1, "x = 2"),))
    apply_fix(report_on(file, "x = 1\n", fix), fix)
    assert file.is_symlink()
    assert target.read_text() == "x = 2\n"


def test_a_file_that_has_changed_is_not_touched(file: Path) -> None:
    file.write_text("x = 5\n")
    fix = Fix("fix", (Edit(str(file), 1, "x = 2"),))
    with pytest.raises(GraphscopeError, match=r"train.py has changed since it was run"):
        apply_fix(report_on(file, "x = 1\n", fix), fix)
    assert file.read_text() == "x = 5\n"


def test_fixes_are_counted_as_they_are_printed(file: Path) -> None:
    edits = (Edit(str(file), 1, "x = 2"),)
    bad, good = Fix("bad", edits, status=FixStatus.REJECTED), Fix("good", edits)
    report = report_on(file, "x = 1\n", bad, good)
    assert find_fix(report, 1) is good
    with pytest.raises(GraphscopeError, match="There is no fix 2"):
        find_fix(report, 2)
