"""The attribute that an AttributeError is about, also where Keras has wrapped the error."""

from __future__ import annotations

import ast
import re
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.origins import UNKNOWN
from graphscope.doctor.records import Frame
from graphscope.doctor.source import SourceFile

NO_ATTRIBUTE = re.compile(r"has no attribute '(\w+)'")


def missing_attribute(case: Case) -> tuple[SourceFile, ast.Attribute, Any, Frame] | None:
    """Return the expression `owner.name` that failed, with the owner, as the user wrote it."""
    failure = case.failure
    if failure is None or not failure.site or not isinstance(failure.exception, AttributeError):
        return None
    error, frame = failure.exception, failure.site[0]
    said = NO_ATTRIBUTE.search(failure.message)
    name = error.name or (said[1] if said else None)
    found = case.program.node(frame)
    if found is None or not name:
        return None
    file, whole = found
    for node in ast.walk(whole):
        if not isinstance(node, ast.Attribute) or node.attr != name:
            continue
        # Keras raises another error with the same text, which no longer knows the object.
        owner = error.obj if error.obj is not None else live_value(case, node.value, frame)
        if owner is UNKNOWN and node.value is not None:
            return None
        return file, node, owner, frame
    return None
