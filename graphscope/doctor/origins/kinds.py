"""What kind of thing is traced: a number, an array, a named part."""

from __future__ import annotations

from typing import Any

from graphscope.doctor.origins.evaluating import as_spec
from graphscope.doctor.records import Spec
from graphscope.doctor.source.definitions import Path


def is_named(path: Path) -> bool:
    """Whether a part is asked for by a name: what holds it is then only handed on."""
    return bool(path) and (path[0][0] == "attribute" or isinstance(path[0][1], str))


def is_data_value(value: Any) -> bool:
    """Whether a value is an array or tensor, or holds some."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return any(isinstance(as_spec(each), Spec) for each in value[:16])
    return isinstance(value, Spec)
