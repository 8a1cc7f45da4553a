"""Texts that stand as attributes at the groups of an HDF5 file."""

from __future__ import annotations

from typing import IO, Any

import h5py

from graphscope.errors import ReadError
from graphscope.readers.files.archive import MAX_TEXT_BYTES
from graphscope.readers.text import quote
from graphscope.readers.weights.walk import HDF5_ERRORS

MAX_TEXTS = 1_000_000
"""How many texts an attribute may list."""


class TextAttributes:
    """The attributes of an open HDF5 file.

    Paths that are asked for must come from the weight tree, which only follows links that stay in
    the file.

    Args:
        stream: the file; it stays open when this closes.
        subject: what is read, for messages.

    Raises:
        ReadError: when it is no HDF5 file.
    """

    def __init__(self, stream: IO[bytes], subject: str) -> None:
        self._subject = subject
        try:
            self._file = h5py.File(stream, "r")
        except HDF5_ERRORS as error:
            raise ReadError(
                f"{subject} is not a readable HDF5 file.", "Copy or download it again."
            ) from error

    def close(self) -> None:
        """Close the HDF5 file."""
        self._file.close()

    def has(self, name: str) -> bool:
        """Whether the root of the file has an attribute."""
        try:
            return bool(h5py.h5a.exists(self._file.id, name.encode()))
        except HDF5_ERRORS:
            return False

    def text(self, name: str, path: str = "/") -> str | None:
        """Return a text at a group; None when there is none.

        Raises:
            ReadError: when it is no text, too long, or damaged.
        """
        value = self._read(path, name)
        if value is None:
            return None
        if value.shape != () or not isinstance(value.item(), (str, bytes)):
            raise self._refusal(name, "no text")
        return self._decode(value.item(), name)

    def texts(self, path: str, name: str) -> list[str] | None:
        """Return a list of texts at a group; None when there is none.

        Lists of more than 64 kB are stored in parts: `name0`, `name1` and so on.

        Raises:
            ReadError: when it is no list of texts, too long, or damaged.
        """
        whole = self._list(path, name)
        if whole is not None:
            return whole
        found: list[str] = []
        part = self._list(path, f"{name}0")
        if part is None:
            return None
        number = 0
        while part is not None and len(found) < MAX_TEXTS:
            found += part
            number += 1
            part = self._list(path, f"{name}{number}")
        return found

    def _list(self, path: str, name: str) -> list[str] | None:
        value = self._read(path, name)
        if value is None:
            return None
        # An empty list is stored as no numbers.
        items: list[Any] = value.tolist() if value.ndim == 1 else [None]
        texts = [item for item in items if isinstance(item, (str, bytes))]
        if len(texts) < len(items):
            raise self._refusal(name, "no list of texts")
        return [self._decode(item, name) for item in texts]

    def _read(self, path: str, name: str) -> Any:
        import numpy as np

        try:
            holder = h5py.h5o.open(self._file.id, path.encode("utf-8", "surrogateescape"))
            if not h5py.h5a.exists(holder, name.encode()):
                return None
            attribute = h5py.h5a.open(holder, name.encode())
            shape = attribute.shape
            if attribute.get_storage_size() > MAX_TEXT_BYTES or np.prod(shape) > MAX_TEXTS:
                raise self._refusal(name, "too long")
            value = np.empty(shape, attribute.dtype)
            attribute.read(value)
        except HDF5_ERRORS as error:
            raise self._refusal(name, "damaged") from error
        return value

    def _decode(self, value: str | bytes, name: str) -> str:
        try:
            return value if isinstance(value, str) else value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._refusal(name, "no UTF-8 text") from error

    def _refusal(self, name: str, what: str) -> ReadError:
        return ReadError(
            f"The attribute {quote(name)} of {self._subject} is {what}.",
            "The file was edited or damaged; save the model anew.",
        )
