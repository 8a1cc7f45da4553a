"""TFRecord: how event files are framed."""

from __future__ import annotations

import struct

from graphscope.formats.checksums import masked_checksums


def record(body: bytes) -> bytes:
    """Return a record with right checksums."""
    length = struct.pack("<Q", len(body))
    sums = [int(value) for value in masked_checksums([length, body])]
    return length + struct.pack("<I", sums[0]) + body + struct.pack("<I", sums[1])
