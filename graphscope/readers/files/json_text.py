"""JSON from a stranger, within limits."""

from __future__ import annotations

import json
from typing import Any

from graphscope.errors import ReadError

MAX_DEPTH = 200

_REMEDY = "The file is damaged or was not written by Keras; save the model anew."


def parse_object(data: bytes, subject: str) -> dict[str, Any]:
    """Return the JSON object that the bytes hold.

    Args:
        data: UTF-8 text, with or without a byte order mark.
        subject: what is parsed, for messages.

    Raises:
        ReadError: when it is no JSON, no object, or nested too deeply.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ReadError(f"{subject} is not UTF-8 text.", _REMEDY) from error
    except RecursionError as error:
        raise _too_deep(subject) from error
    except ValueError as error:
        # The message of a JSON error names line and column; other errors concern huge numbers.
        reason = str(error)[:120]
        raise ReadError(f"{subject} is not JSON ({reason}).", _REMEDY) from error
    if not isinstance(document, dict):
        raise ReadError(f"{subject} holds {_kind(document)} instead of an object.", _REMEDY)
    _check_depth(document, subject)
    return document


def _kind(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")


def _check_depth(document: Any, subject: str) -> None:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    raise _too_deep(subject)


def _too_deep(subject: str) -> ReadError:
    return ReadError(
        f"{subject} is nested more than {MAX_DEPTH} levels deep.",
        "No Keras model needs that; do not trust the file.",
    )
