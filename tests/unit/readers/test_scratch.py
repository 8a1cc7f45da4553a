"""Room on disk: empty whenever it is taken, and enough of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphscope.readers.files import scratch


@pytest.fixture(autouse=True)
def rooms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scratch, "_rooms", [])
    yield
    for room in scratch._rooms:
        room._file.close()


def no_more_files() -> None:
    raise AssertionError("a file was made")


def test_prepared_room_is_used_again_and_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    scratch.prepare(1)
    monkeypatch.setattr("tempfile.TemporaryFile", no_more_files)
    for text in (b"a long text", b"short"):
        with scratch.take() as file:
            assert file.read() == b""
            file.write(text)
            file.seek(0)
            assert file.read() == text


def test_room_that_is_in_use_is_given_to_nobody_else() -> None:
    scratch.prepare(2)
    with scratch.take() as first, scratch.take() as second, scratch.take() as third:
        for number, file in enumerate((first, second, third)):
            file.write(bytes([number]) * 3)
        for number, file in enumerate((first, second, third)):
            file.seek(0)
            assert file.read() == bytes([number]) * 3
