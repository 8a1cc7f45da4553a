"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from graphscope.errors import ExportError


def write_text(path: Path, text: str) -> None:
    """Write a text file as UTF-8; see `write_bytes`."""
    # A name from a model may hold half of a surrogate pair, which UTF-8 cannot say.
    write_bytes(path, text.encode("utf-8", errors="backslashreplace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there, so that no half of it is ever seen.

    Raises:
        ExportError: when the folder is missing, the path is a folder, or writing fails; what
            stood at the path before is then still there.
    """
    _check_place(path)
    draft = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        draft.write_bytes(data)
        os.replace(draft, path)  # noqa: PTH105 - the name says that it replaces
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _explain(path, error) from error


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise ExportError(f"{str(path)!r} is a folder.", "Give the name of a file.")
    if not path.parent.is_dir():
        raise ExportError(
            f"The folder {str(path.parent)!r} does not exist.", "Make it, or choose another one."
        )


def _explain(path: Path, error: OSError) -> ExportError:
    if isinstance(error, PermissionError):
        return ExportError(
            f"{str(path)!r} may not be written.", "Choose another place, or change its permissions."
        )
    return ExportError(f"{str(path)!r} could not be written: {error.strerror or error}.")
