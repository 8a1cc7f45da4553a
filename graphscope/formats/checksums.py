"""CRC-32C, the checksum of TFRecord, of many pieces of data at once.

There is none in the standard library, and one in Python takes a second for some megabytes. So the
pieces are done side by side: one step of the sum is numpy's for all pieces of one length. A long
piece is cut into rows, whose sums are joined (as zlib's `crc32_combine` does for its own sum).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78
"""Castagnoli's, bits reversed (RFC 3720, appendix B.4)."""
_ROW = 1024
"""Bytes of a row of a long piece."""
_ONES = np.uint32(0xFFFFFFFF)
_MASK = 0xA282EAD8
"""Added to a rotated sum, so that sums of data that holds sums are not all alike."""


def _make_table() -> NDArray[np.uint32]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1)
    return table.astype(np.uint32)


_TABLE = _make_table()


def masked_checksums(pieces: Sequence[bytes]) -> NDArray[np.uint32]:
    """Return the masked CRC-32C of each piece, as TFRecord has it; shape (pieces,)."""
    sums = np.empty(len(pieces), np.uint32)
    by_length: defaultdict[int, list[int]] = defaultdict(list)
    for index, piece in enumerate(pieces):
        by_length[len(piece)].append(index)
    for length, which in by_length.items():
        if length > 2 * _ROW:
            sums[which] = [_long_checksum(pieces[index]) for index in which]
            continue
        data = np.frombuffer(b"".join([pieces[index] for index in which]), np.uint8)
        sums[which] = _checksums(data.reshape(len(which), length))
    return _masked(sums)


def masked_checksums_everywhere(data: bytes, width: int) -> NDArray[np.uint32]:
    """Return the masked CRC-32C of the `width` bytes from each place on; shape (places,)."""
    places = np.lib.stride_tricks.sliding_window_view(np.frombuffer(data, np.uint8), width)
    return _masked(_checksums(places))


def _masked(sums: NDArray[np.uint32]) -> NDArray[np.uint32]:
    rotated = (sums >> np.uint32(15)) | (sums << np.uint32(17))
    return rotated + np.uint32(_MASK)


def _checksums(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the CRC-32C of each row."""
    return _step(np.full(len(data), _ONES), data) ^ _ONES


def _step(sums: NDArray[np.uint32], data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return running sums after each one's row of bytes."""
    for column in np.ascontiguousarray(data.T):
        sums = _TABLE[(sums ^ column) & np.uint32(0xFF)] ^ (sums >> np.uint32(8))
    return sums


def _long_checksum(piece: bytes) -> int:
    data = np.frombuffer(piece, np.uint8)
    begin = len(data) % _ROW
    (total,) = _checksums(data[:begin][None]).tolist()
    effects = _zeros_after()
    for each in _checksums(data[begin:].reshape(-1, _ROW)).tolist():
        moved = 0
        for bit, effect in enumerate(effects):
            if total >> bit & 1:
                moved ^= effect
        total = moved ^ each
    return int(total)


@cache
def _zeros_after() -> list[int]:
    """Return what each bit of a sum becomes when a row of zeros comes after it."""
    bits = np.uint32(1) << np.arange(32, dtype=np.uint32)
    effects: list[int] = _step(bits, np.zeros((32, _ROW), np.uint8)).tolist()
    return effects
