"""What the process that reads a file may not do, and what then is said."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from graphscope.errors import ReadError
from tests.unit.session.reading.conftest import Read


@pytest.mark.parametrize(
    ("reader", "wanted"),
    [
        ("read_beside", "open '.*beside'"),
        ("write", "open '.*marker'"),
        ("append", "open '.*given.bad'"),
        ("copy", "use shutil.copyfile"),
        ("remove", "use os.remove"),
        ("rename", "use os.rename"),
        ("make_folder", "use os.mkdir"),
        ("list_folder", "list '.*'"),
        ("link", "use os.symlink"),
        ("run_program", "use subprocess.Popen"),
        ("run_shell", "use os.system"),
        ("fork", "use os.fork"),
        ("evaluate", "use compile"),
        ("execute", "use exec"),
        ("load_code", "use marshal.loads"),
        ("load_pickle", "use pickle.find_class"),
        ("connect", "use socket.__new__"),
        ("import_more", "import antigravity"),
        ("import_by_name", "import antigravity"),
        ("import_built_in", "import _xxsubinterpreters"),
        ("call_natively", "use ctypes.dlopen"),
        ("replace_code", "use object.__setattr__"),
        # What a reader keeps to itself is told all the same.
        ("keep_quiet", "open '.*marker'"),
        ("import_as_one_may", "import antigravity"),
    ],
)
def test_what_reading_does_not_need_is_refused(
    reader: str, wanted: str, file: Path, read_as: Read
) -> None:
    with pytest.raises(
        ReadError, match=rf"Reading '.*given.bad' would ({wanted}); that was refused\. .*report"
    ):
        read_as(reader)
    assert file.read_text(encoding="utf-8") == "given"
    assert sorted(each.name for each in file.parent.iterdir()) == ["beside", "given.bad"]


@pytest.mark.parametrize("reader", ["behave", "import_listed", "import_rarely", "warn"])
def test_what_reading_needs_is_allowed(reader: str, read_as: Read) -> None:
    assert read_as(reader).name == "read all the same"


def test_of_a_folder_everything_may_be_read_but_what_leads_out(
    tmp_path: Path, file: Path, read_as: Read
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "below").write_text("below", encoding="utf-8")
    assert read_as("read_below", folder).name == "read all the same"

    (folder / "below").unlink()
    (folder / "below").symlink_to(file)
    with pytest.raises(ReadError, match=r"would open '.*below'"):
        read_as("read_below", folder)


def test_a_name_that_begins_like_the_folder_s_lies_outside(tmp_path: Path, read_as: Read) -> None:
    folder = tmp_path / "be"
    folder.mkdir()
    (tmp_path / "beside").write_text("", encoding="utf-8")
    with pytest.raises(ReadError, match=r"would open '.*beside'"):
        read_as("read_beside", folder)


def has_landlock() -> bool:
    import ctypes

    return sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, 0, 1) >= 4


@pytest.mark.skipif(not has_landlock(), reason="the kernel has no Landlock, or an early one")
class TestKernel:
    """What the kernel refuses to a library in C."""

    def test_files(self, read_as: Read) -> None:
        assert [note.code for note in read_as("read_natively").notes] == ["refused"]

    def test_connections(self, file: Path, read_as: Read) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            file.write_text(str(server.getsockname()[1]), encoding="utf-8")
            assert [note.code for note in read_as("connect_natively").notes] == ["refused"]
