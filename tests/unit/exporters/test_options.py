"""The choices of a picture are checked when they are made."""

from __future__ import annotations

import pytest

from graphscope.errors import ExportError
from graphscope.exporters.options import ExportOptions


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"theme": "sepia"}, r"The theme 'sepia' is unknown\. Possible: light, dark\."),
        ({"direction": "up"}, r"The direction 'up' is unknown\. Possible: down, right\."),
        ({"depth": -1}, r"The depth is -1\. Give 0 or more levels\."),
        ({"batch": 0}, r"The batch size is 0\. Give 1 or more\."),
    ],
)
def test_impossible_choices(choice: dict[str, object], message: str) -> None:
    with pytest.raises(ExportError, match=message):
        ExportOptions(**choice)  # type: ignore[arg-type]
