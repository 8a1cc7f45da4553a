"""A `.keras` archive, opened without unpacking it and within limits."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO

from graphscope.errors import ReadError
from graphscope.readers.files import scratch
from graphscope.readers.files.kind import describe
from graphscope.readers.files.regular_file import open_regular_file
from graphscope.readers.files.window import FileWindow
from graphscope.readers.text import quote, shorten

MAX_ENTRIES = 10_000
MAX_DIRECTORY_BYTES = 16 << 20
MAX_TEXT_BYTES = 64 << 20
MAX_COPY_BYTES = 512 << 20
"""How much of a compressed weights file is unpacked, into a temporary file."""

_CHUNK = 1 << 20
_DAMAGED = "The file is damaged; copy or download it again."
_LOCAL_HEADER = struct.Struct("<4s22xHH")


class Archive:
    """The members of a zip file.

    Use it as a context manager; members are read on demand.

    Raises:
        ReadError: when the file is no zip file, damaged, or beyond the limits.
    """

    def __init__(self, path: Path) -> None:
        self.name = shorten(path.name, 80)
        self._file = open_regular_file(path)
        try:
            self._zip = self._open_zip()
            self._members = self._index()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()
        self._file.close()

    def __contains__(self, member: str) -> bool:
        return member in self._members

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all members, as they stand in the file."""
        return tuple(self._members)

    def read(self, member: str) -> bytes:
        """Return a small member in full.

        Raises:
            ReadError: when it is damaged, encrypted or larger than `MAX_TEXT_BYTES`.
        """
        info = self._members[member]
        if info.file_size > MAX_TEXT_BYTES:
            self._refuse_size(member)
        with self._guard(member), self._zip.open(info) as stream:
            # The stated size is a claim; what comes out of the stream counts.
            data = stream.read(MAX_TEXT_BYTES + 1)
            if len(data) > MAX_TEXT_BYTES:
                self._refuse_size(member)
            return data

    def open_in_place(self, member: str) -> FileWindow | None:
        """Return a stored member as a window on the archive; None when it is compressed.

        Raises:
            ReadError: when the member is encrypted or lies outside the file.
        """
        info = self._members[member]
        if info.flag_bits & 1:
            raise ReadError(f"{member} in {quote(self.name)} is encrypted.", _DAMAGED)
        if info.compress_type != zipfile.ZIP_STORED:
            return None
        self._file.seek(info.header_offset)
        header = self._file.read(30)
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise ReadError(f"{member} in {quote(self.name)} has no header.", _DAMAGED)
        _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        start = info.header_offset + 30 + name_length + extra_length
        return FileWindow(self._file, start, info.file_size)

    def copy_out(self, member: str) -> IO[bytes] | None:
        """Return a compressed member as an unnamed temporary file; None when it is too large.

        Raises:
            ReadError: when the member is damaged.
        """
        info = self._members[member]
        if info.file_size > MAX_COPY_BYTES:
            return None
        copy = scratch.take()
        try:
            with self._guard(member), self._zip.open(info) as stream:
                while data := stream.read(_CHUNK):
                    if copy.tell() + len(data) > MAX_COPY_BYTES:
                        copy.close()
                        return None
                    copy.write(data)
        except BaseException:
            copy.close()
            raise
        return copy

    def _guard(self, member: str) -> _ZipErrors:
        return _ZipErrors(f"{member} in {quote(self.name)}")

    def _refuse_size(self, member: str) -> None:
        raise ReadError(
            f"{member} in {quote(self.name)} is larger than {MAX_TEXT_BYTES >> 20} MiB.",
            "No Keras model needs that much; do not trust the file.",
        )

    def _open_zip(self) -> zipfile.ZipFile:
        head = self._file.read(512)
        if not head:
            raise ReadError(f"{quote(self.name)} is empty.", "Save or copy the model again.")
        entries, size = _directory(self._file)
        if entries is None:
            kind, remedy = describe(head, self.name)
            raise ReadError(
                f"{quote(self.name)} is not a Keras archive; it looks like {kind}.", remedy
            )
        if entries > MAX_ENTRIES or size > MAX_DIRECTORY_BYTES:
            self._refuse_entries(entries)
        with _ZipErrors(quote(self.name)):
            return zipfile.ZipFile(self._file)

    def _refuse_entries(self, entries: int) -> None:
        raise ReadError(
            f"{quote(self.name)} lists {entries:,} entries; at most {MAX_ENTRIES:,} are read.",
            "A Keras archive holds a handful; do not trust the file.",
        )

    def _index(self) -> dict[str, zipfile.ZipInfo]:
        members: dict[str, zipfile.ZipInfo] = {}
        if len(self._zip.infolist()) > MAX_ENTRIES:
            self._refuse_entries(len(self._zip.infolist()))
        for info in self._zip.infolist():
            if info.filename in members:
                # Programs differ in which of the two they read, so what one sees is not what
                # another loads.
                raise ReadError(
                    f"{quote(self.name)} holds two entries named {quote(info.filename)}.",
                    "It cannot be told which one counts; save the model anew.",
                )
            members[info.filename] = info
        return members


class _ZipErrors:
    """Turns what zipfile raises on damaged members into a `ReadError`."""

    def __init__(self, subject: str) -> None:
        self.subject = subject

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, NotImplementedError):
            raise ReadError(f"{self.subject} is packed in an unknown way.", _DAMAGED) from error
        if isinstance(error, RuntimeError):
            raise ReadError(f"{self.subject} is encrypted.", "Ask for an open copy.") from error
        if isinstance(
            error, (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error)
        ):
            reason = shorten(str(error), 120)
            raise ReadError(f"{self.subject} is damaged ({reason}).", _DAMAGED) from error


def _directory(file: BinaryIO) -> tuple[int | None, int]:
    """Return how many entries the zip directory claims to hold, and its size in bytes.

    The number is None when the file has no zip directory. zipfile reads all entries before it
    can be asked for their number, so the claim is looked up first.
    """
    size = file.seek(0, io.SEEK_END)
    tail_size = min(size, 22 + 0xFFFF + 20)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    file.seek(0)
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 or len(tail) - position < 22:
        return None, 0
    entries, directory_size = struct.unpack_from("<HI", tail, position + 10)
    locator = tail[max(0, position - 20) : position]
    if entries == 0xFFFF and locator.startswith(b"PK\x06\x07"):
        return _large_directory(file, struct.unpack_from("<Q", locator, 8)[0])
    return entries, directory_size


def _large_directory(file: BinaryIO, offset: int) -> tuple[int | None, int]:
    file.seek(min(offset, 1 << 62))
    record = file.read(56)
    file.seek(0)
    if len(record) < 56 or not record.startswith(b"PK\x06\x06"):
        return None, 0
    entries, directory_size = struct.unpack_from("<QQ", record, 32)
    return entries, directory_size
