"""What a page asks for when it wants its picture as a file, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from graphscope.errors import ExportError
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.snapshot import FORMATS
from graphscope.exporters.view import Region, View

_CHOICES = {
    "theme": str,
    "direction": str,
    "overlay": str,
    "style": str,
    "legend": bool,
    "caption": bool,
}

_FARTHEST = 1e8
"""Units of the drawing; a hundred thousand boxes in a row need a tenth of it."""
_SMALLEST = 1e-3


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """A picture of a page: format, style, view, and the values of what colours it."""

    form: str
    options: ExportOptions
    view: View
    overlay: Mapping[str, Any] | None
    """The overlay as the page knows it; None where the document's own is meant."""
    values: Sequence[float | None] | None
    """Its values by item, which the page may know alone (a training, a file of the user's)."""


def read_request(body: Any, *, count: int, batch: int) -> PictureRequest:
    """Return the request in the JSON body of a page.

    Args:
        body: JSON values; strangers may write them.
        count: how many items the drawing document has.
        batch: the batch size of the page's costs.

    Raises:
        ExportError: when something in it cannot be.
    """
    if not isinstance(body, dict):
        raise ExportError("The request is no JSON object.")
    form = body.get("format")
    if not isinstance(form, str) or form not in FORMATS:
        raise ExportError(f"The format {form!r} is unknown.", f"Possible: {', '.join(FORMATS)}.")
    values = body.get("values")
    if values is not None:
        _require(_is_column(values, count), "values")
    overlay = body.get("overlaySpec")
    _require(overlay is None or isinstance(overlay, dict), "overlaySpec")
    return PictureRequest(
        form, _read_options(body, batch), _read_view(body, count), overlay, values
    )


def _read_options(body: Mapping[str, Any], batch: int) -> ExportOptions:
    chosen = {name: body[name] for name in _CHOICES if name in body}
    for name, value in chosen.items():
        _require(isinstance(value, _CHOICES[name]), name)
    width = body.get("width")
    _require(width is None or _is_number(width), "width")
    return ExportOptions(batch=batch, width=width, **chosen)


def _read_view(body: Mapping[str, Any], count: int) -> View:
    items = body.get("items", [])
    _require(isinstance(items, list) and all(_is_item(item, count) for item in items), "items")
    region = body.get("region")
    _require(region is None or _is_region(region), "region")
    kept = body.get("kept")
    is_kept = kept is None or (
        isinstance(kept, str) and len(kept) == count and set(kept) <= {*"01"}
    )
    _require(is_kept, "kept")
    place: Region | None = tuple(region) if region is not None else None
    scale = body.get("scaleMode", "auto")
    _require(scale in ("auto", "log", "linear"), "scaleMode")
    return View(
        items=tuple(items),
        region=place,
        kept=tuple(map(int, kept)) if kept is not None else None,
        scale=scale,
    )


def _require(is_fine: bool, name: str) -> None:
    if not is_fine:
        raise ExportError(f"The field {name!r} of the request cannot be what it is.")


def _is_item(value: Any, count: int) -> bool:
    return type(value) is int and 0 <= value < count


def _is_number(value: Any) -> bool:
    try:
        return type(value) in (int, float) and isfinite(value)
    except OverflowError:  # a whole number beyond all floating-point ones
        return False


def _is_region(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 4
        and all(_is_number(each) and abs(each) <= _FARTHEST for each in value)
        and min(value[2:]) >= _SMALLEST
    )


def _is_column(value: Any, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(each is None or _is_number(each) for each in value)
    )
