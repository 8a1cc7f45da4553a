"""The origin of what a user asked to see."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from graphscope.app.origin import UNKNOWN, Origin, WeightValues
from graphscope.graph import Graph
from graphscope.session.runs import find_run
from graphscope.session.targets import FileTarget, parse_target


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
    if isinstance(x, os.PathLike):
        return _of_file(Path(x))
    return Origin(is_live=True, weights=_live_values(x))


def _of_target(text: str) -> Origin:
    if find_run(text) is not None:
        return UNKNOWN
    target = parse_target(text)
    return _of_file(target.path) if isinstance(target, FileTarget) else Origin(is_live=True)


def _of_file(path: Path) -> Origin:
    if path.suffix != ".keras":
        return UNKNOWN
    from graphscope.readers.weights.values import StoredValues

    return Origin(weights=StoredValues(path))


def _live_values(model: Any) -> WeightValues | None:
    from graphscope.session.models import is_model

    if not is_model(model):
        return None
    from graphscope.tracers.live_values import LiveValues

    return LiveValues(model)
