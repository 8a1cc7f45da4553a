"""The origin of what a user asked to see."""

from __future__ import annotations

import os
from typing import Any

from graphscope.app.origin import UNKNOWN, Origin
from graphscope.graph import Graph
from graphscope.session.runs import find_run
from graphscope.session.targets import ObjectTarget, parse_target


def find_origin(x: Any) -> Origin:
    """Return what may be read beside the graph of `x`.

    Args:
        x: a Keras model, the path of a file, a target as on the command line, or a graph. Of a
            graph nothing is known: it may have come from anywhere.
    """
    if isinstance(x, Graph):
        return UNKNOWN
    if isinstance(x, str):
        return _of_target(x)
    return UNKNOWN if isinstance(x, os.PathLike) else Origin(is_live=True)


def _of_target(text: str) -> Origin:
    if find_run(text) is not None:
        return UNKNOWN
    return Origin(is_live=True) if isinstance(parse_target(text), ObjectTarget) else UNKNOWN
