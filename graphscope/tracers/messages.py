"""Messages of foreign exceptions, in one line."""

from __future__ import annotations

import re

_LONGEST = 400
"""Characters of a foreign message that are repeated; Keras writes up to 180,000."""

_STYLES = re.compile(r"\x1b\[[0-9;]*m")
_KERAS_CALL_INFO = re.compile(r"\s*Arguments received by .*", re.DOTALL)
_KERAS_CALL_HEADER = re.compile(r"Exception encountered when calling (.+?)\.\s+(?=\S)")


def describe_error(error: BaseException, doing: str = "") -> str:
    """Return type and message of a foreign exception in one line, without a full stop.

    Keras wraps a message between a header and the list of all arguments, several lines in all;
    what went wrong is in the middle.

    >>> describe_error(ZeroDivisionError("division by zero."), "while it was imported")
    'ZeroDivisionError while it was imported: division by zero'
    """
    kind = f"{type(error).__name__} {doing}".strip()
    text = _STYLES.sub("", str(error))
    text = _KERAS_CALL_INFO.sub("", text)
    text = _KERAS_CALL_HEADER.sub(r"in \1: ", text, count=1)
    text = " ".join(text.split()).removesuffix(".")
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST].rstrip()} …"
    return f"{kind}: {text}" if text else kind
