"""Stand-in."""

from __future__ import annotations

from typing import Any


def verify(case: Any, diagnoses: Any, *_args: Any, **_kwargs: Any) -> Any:
    """Return them as they are."""
    return diagnoses
