"""What a layer was configured with, read as the types that it must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from graphscope.errors import ReadError
from graphscope.readers.text import quote

MAX_SIZE = (1 << 63) - 1
"""The largest size that an array can have."""

_PADDINGS = ("valid", "same")
_DATA_FORMATS = ("channels_last", "channels_first")

_REMEDY = "The file was edited or damaged; save the model anew."


class UnknownSettingError(Exception):
    """A setting is an object: what value it has is known only to those who make it."""


class Settings:
    """The config of one layer.

    Every getter checks what it returns, so that a rule may calculate with it. A missing key means
    the default, as in files of older Keras versions.

    Raises:
        ReadError: from every getter, when the value is impossible for that key.
        UnknownSettingError: from every getter, when the value is a serialized object instead.
    """

    def __init__(self, layer: str, class_name: str, values: Mapping[str, Any]) -> None:
        self.layer = layer
        self.class_name = class_name
        self.values = values

    def get(self, key: str) -> Any:
        """Return the value as it stands in the file; None when it is missing."""
        return self.values.get(key)

    def flag(self, key: str, default: bool = False) -> bool:
        """Return a boolean."""
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        raise self._refusal(key, value, "true or false")

    def text(self, key: str, default: str) -> str:
        """Return a string."""
        value = self.values.get(key, default)
        if isinstance(value, str):
            return value
        raise self._refusal(key, value, "a text")

    def count(self, key: str, default: int | None = None) -> int:
        """Return a whole number above zero."""
        value = self.values.get(key, default)
        if _is_whole(value) and value > 0:
            return value
        raise self._refusal(key, value, "a whole number above zero")

    def whole(self, key: str, default: int) -> int:
        """Return a whole number."""
        value = self.values.get(key, default)
        if _is_whole(value):
            return value
        raise self._refusal(key, value, "a whole number")

    def counts(self, key: str, length: int, default: int = 1) -> tuple[int, ...]:
        """Return `length` whole numbers above zero; one number stands for all of them."""
        value = self.values.get(key, default)
        if _is_whole(value) and value > 0:
            return (value,) * length
        fits = isinstance(value, list) and len(value) == length
        if fits and all(_is_whole(item) and item > 0 for item in value):
            return tuple(value)
        raise self._refusal(key, value, f"{length} whole numbers above zero")

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return whole numbers, one number alone as a tuple of one."""
        value = self.values.get(key)
        if _is_whole(value):
            return (value,)
        if isinstance(value, list) and all(_is_whole(item) for item in value):
            return tuple(value)
        raise self._refusal(key, value, "whole numbers")

    def margins(self, key: str, length: int, default: int) -> tuple[tuple[int, int], ...]:
        """Return a margin before and after each of `length` dimensions.

        Keras writes them as `1`, `[1, 2]` or `[[1, 1], [2, 2]]`; in one dimension `[1, 2]` is
        before and after.
        """
        value = self.values.get(key, default)
        if _is_whole(value):
            value = [value] * length
        elif length == 1 and isinstance(value, list) and len(value) == 2:
            value = [value]
        if isinstance(value, list) and len(value) == length:
            pairs = [[item, item] if _is_whole(item) else item for item in value]
            if all(_is_margin(pair) for pair in pairs):
                return tuple((before, after) for before, after in pairs)
        raise self._refusal(key, value, f"margins of {length} dimensions")

    def choice(self, key: str, default: str, options: tuple[str, ...]) -> str:
        """Return one of the options, which are in small letters."""
        value = self.values.get(key, default)
        # Keras takes them in capitals, too.
        if isinstance(value, str) and value.lower() in options:
            return value.lower()
        listed = f"{', '.join(map(repr, options[:-1]))} or {options[-1]!r}"
        raise self._refusal(key, value, listed)

    def padding(self, default: str = "valid", *, causal: bool = False) -> str:
        """Return how a window treats the borders; in one dimension a convolution may be causal."""
        return self.choice("padding", default, (*_PADDINGS, "causal") if causal else _PADDINGS)

    def layer_inside(self, key: str = "layer") -> dict[str, Any]:
        """Return a layer as it is serialized, which a wrapper cannot be without."""
        value = self.values.get(key)
        if isinstance(value, dict) and isinstance(value.get("class_name"), str):
            return value
        raise self._refusal(key, value, "a layer")

    def channels_first(self) -> bool:
        """Whether the channels come before the spatial dimensions."""
        if self.values.get("data_format") is None:
            return False
        return self.choice("data_format", "", _DATA_FORMATS) == _DATA_FORMATS[1]

    def _refusal(self, key: str, value: Any, expected: str) -> ReadError | UnknownSettingError:
        if isinstance(value, dict) and "class_name" in value:
            return UnknownSettingError(key)
        if isinstance(value, int) and abs(value) > MAX_SIZE:
            expected = f"a number of at most {MAX_SIZE:,}"
        has = f"has {key} = {quote(value)}, but" if key in self.values else f"has no {key}:"
        return ReadError(
            f"Layer {quote(self.layer)} ({quote(self.class_name)[1:-1]}) {has} {expected} must "
            "stand there.",
            _REMEDY,
        )


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_SIZE


def _is_margin(pair: Any) -> bool:
    return (
        isinstance(pair, list)
        and len(pair) == 2
        and all(_is_whole(item) and item >= 0 for item in pair)
    )
