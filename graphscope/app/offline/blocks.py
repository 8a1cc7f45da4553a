"""Texts that travel inside an HTML page: gzip bytes as base64."""

from __future__ import annotations

import base64
import gzip


def pack_block(text: str) -> str:
    """Return a text as gzip bytes in base64; equal texts give equal blocks.

    Base64 holds no `<`, so nothing in it can end the element around it.
    """
    return to_base64(gzip.compress(text.encode("utf-8", "backslashreplace"), 6, mtime=0))


def to_base64(data: bytes) -> str:
    """Return bytes as base64 text."""
    return base64.b64encode(data).decode("ascii")
