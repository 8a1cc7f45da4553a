"""Did you mean: the remedy for a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LISTED = 12
"""How many names a message lists before it says how many more there are."""


def suggest(name: str, known: Iterable[str]) -> str:
    """Return `Did you mean 'x'?` for the nearest known name, or nothing.

    >>> suggest("unett", ["unet", "moe"])
    "Did you mean 'unet'?"
    >>> suggest("zebra", ["unet", "moe"])
    ''
    """
    by_lower_case = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(name.lower(), list(by_lower_case), n=1)
    return f"Did you mean {by_lower_case[near[0]]!r}?" if near else ""


def suggest_or_list(name: str, known: Iterable[str], *, title: str) -> str:
    """Return the nearest name and the list of all, under a title.

    >>> suggest_or_list("unett", ["unet", "moe"], title="Samples")
    "Did you mean 'unet'? Samples: unet, moe."
    >>> suggest_or_list("x", [], title="Samples")
    'Samples: none.'
    """
    names = list(known)
    listed = ", ".join(names[:_LISTED]) or "none"
    if len(names) > _LISTED:
        listed += f" and {len(names) - _LISTED:,} more"
    return f"{suggest(name, names)} {title}: {listed}.".strip()
