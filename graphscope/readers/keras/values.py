"""Values of a config as attributes of the graph: JSON values of sane size."""

from __future__ import annotations

import json
import math
from typing import Any

from graphscope.readers.text import repair_text

MAX_TEXT = 4_096
MAX_ITEMS = 1_000

_SHORT = 2 * MAX_ITEMS
"""A value whose JSON has no more characters holds no list of more than `MAX_ITEMS`, and no text of
more than `MAX_TEXT` characters."""


class ValueCleaner:
    """Makes values fit to be shown, and remembers whether it had to leave something out."""

    def __init__(self) -> None:
        self.shortened = 0

    def clean(self, value: Any) -> Any:
        """Return the value, or a copy without huge texts and lists, non-finite numbers and broken
        text.

        >>> ValueCleaner().clean({"a": float("nan"), "b": (1, None)})
        {'a': 'nan', 'b': [1, None]}
        """
        return value if _is_clean(value) else self._clean(value)

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._clean_text(value)
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if isinstance(value, dict):
            return {self._clean_text(str(key)): self._clean(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return self._clean_list(value)
        return value

    def _clean_text(self, text: str) -> str:
        if len(text) > MAX_TEXT:
            self.shortened += 1
            text = f"{text[:200]}… ({len(text):,} characters)"
        return repair_text(text)

    def _clean_list(self, items: list[Any] | tuple[Any, ...]) -> list[Any]:
        if len(items) <= MAX_ITEMS:
            return [self._clean(item) for item in items]
        self.shortened += 1
        return [*(self._clean(item) for item in items[:10]), f"… ({len(items):,} items)"]


def _is_clean(value: Any) -> bool:
    """Whether a value certainly stays as it is, as almost all do; to write it as JSON is the
    fastest way to see all of it.
    """
    return is_clean_json(json.dumps(value))


def is_clean_json(text: str) -> bool:
    """Whether what Python writes as this JSON certainly stays as it is."""
    return len(text) <= _SHORT and "\\u" not in text and "NaN" not in text and "Inf" not in text
