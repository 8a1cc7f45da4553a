"""Values of a config as attributes of the graph: JSON values of sane size."""

from __future__ import annotations

import math
from typing import Any

from graphscope.readers.text import repair_text

MAX_TEXT = 4_096
MAX_ITEMS = 1_000


class ValueCleaner:
    """Copies values and remembers whether it had to leave something out."""

    def __init__(self) -> None:
        self.shortened = 0

    def clean(self, value: Any) -> Any:
        """Return the value without huge texts and lists, non-finite numbers and broken text.

        >>> ValueCleaner().clean({"a": float("nan"), "b": (1, None)})
        {'a': 'nan', 'b': [1, None]}
        """
        if isinstance(value, str):
            return self._clean_text(value)
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if isinstance(value, dict):
            return {self._clean_text(str(key)): self.clean(item) for key, item in value.items()}
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
            return [self.clean(item) for item in items]
        self.shortened += 1
        return [*(self.clean(item) for item in items[:10]), f"… ({len(items):,} items)"]
