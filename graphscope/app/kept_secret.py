"""The secret of a port's cookie, kept from one start to the next.

A page that is open while its server is started anew on the same port goes on by itself. As the
secret lets in whoever has it, its file can be read by the user alone, and only ports that were
asked for by number have one.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path

from graphscope.app.state_folder import state_folder

_LIFE = 24 * 3600.0
"""Seconds since the last start after which the secret is another one: a page that was open over
night still goes on."""
_FORM = re.compile(r"[\w-]{43}", re.ASCII)  # 32 bytes, as secrets.token_urlsafe writes them


def keep_secret(port: int, folder: Path | None = None) -> str:
    """Return the secret of a port; a new one where none is kept, or where none can be kept.

    Args:
        port: of the server.
        folder: where secrets are kept; by default in `state_folder()`.
    """
    file = (state_folder() if folder is None else folder) / "keys" / str(port)
    secret = _read(file) or secrets.token_urlsafe(32)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = file.with_name(f"{port}-{secrets.token_hex(4)}")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secret)
        new.replace(file)
    except OSError:
        return secret  # A home that cannot be written to: pages then ask for the new link.
    return secret


def _read(file: Path) -> str | None:
    """Return a kept secret that is young, whole and nobody else's to read."""
    try:
        state = file.stat()
        text = file.read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    is_private = os.name != "posix" or (state.st_uid == os.getuid() and not state.st_mode & 0o077)
    is_young = 0 <= time.time() - state.st_mtime < _LIFE
    return text if is_private and is_young and _FORM.fullmatch(text) else None
