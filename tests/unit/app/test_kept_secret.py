"""The secret of a port: the same after a restart, and nobody else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graphscope.app.kept_secret import keep_secret

posix = pytest.mark.skipif(os.name != "posix", reason="modes of files are a matter of POSIX")


def test_a_port_keeps_its_secret_and_shares_it_with_no_other(tmp_path: Path) -> None:
    first = keep_secret(8050, tmp_path)
    assert keep_secret(8050, tmp_path) == first
    assert keep_secret(8051, tmp_path) != first


@posix
def test_only_the_user_reads_it(tmp_path: Path) -> None:
    keep_secret(8050, tmp_path)
    assert (tmp_path / "keys" / "8050").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


@posix
def test_a_secret_that_others_could_read_is_replaced(tmp_path: Path) -> None:
    first = keep_secret(8050, tmp_path)
    (tmp_path / "keys" / "8050").chmod(0o644)
    assert keep_secret(8050, tmp_path) != first


@pytest.mark.parametrize("text", ["", "guess", "x" * 44, "é" * 43])
def test_a_file_that_is_no_secret_is_replaced(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys" / "8050"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    assert len(keep_secret(8050, tmp_path)) == 43


def test_an_old_secret_is_replaced(tmp_path: Path) -> None:
    first = keep_secret(8050, tmp_path)
    os.utime(tmp_path / "keys" / "8050", (0, 0))
    assert keep_secret(8050, tmp_path) != first


def test_where_nothing_can_be_kept_each_start_has_its_own(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    first = keep_secret(8050, tmp_path / "file")
    assert keep_secret(8050, tmp_path / "file") != first
