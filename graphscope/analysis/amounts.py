"""Numbers as people read them."""

from __future__ import annotations

_UNKNOWN = "unknown"

_MOST = 10**300
_BEYOND = "more than 1e300"
"""What a broken file may declare, and neither a machine number nor a reader can hold."""


def format_count(number: float | None) -> str:
    """Print a count exactly.

    >>> format_count(25731584), format_count(None)
    ('25,731,584', 'unknown')
    """
    if number is None:
        return _UNKNOWN
    return f"{round(number):,}" if abs(number) < _MOST else _BEYOND


def format_amount(number: float | None) -> str:
    """Print an amount of work to three digits.

    >>> format_amount(6590000000), format_amount(512), format_amount(999999)
    ('6.59 G', '512', '1.00 M')
    """
    return _UNKNOWN if number is None else _scale(number, 1000, ("", " k", " M", " G", " T", " P"))


def format_bytes(number: float | None) -> str:
    """Print an amount of memory to three digits, in powers of 1024.

    >>> format_bytes(25690112), format_bytes(100)
    ('24.5 MiB', '100 B')
    """
    units = (" B", " KiB", " MiB", " GiB", " TiB", " PiB")
    return _UNKNOWN if number is None else _scale(number, 1024, units)


def _scale(number: float, base: int, units: tuple[str, ...]) -> str:
    if abs(number) >= _MOST:
        return _BEYOND
    value, unit = float(number), 0
    # Rounded first, so that 999,999 becomes 1.00 M and not 1000 k.
    while abs(float(f"{value:.3g}")) >= min(base, 1000) and unit < len(units) - 1:
        value /= base
        unit += 1
    digits = f"{value:.0f}" if unit == 0 else f"{value:#.3g}".rstrip(".")
    return digits + units[unit]
