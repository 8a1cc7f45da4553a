"""The origin of what a user asked to see."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.app.origin import UNKNOWN, Origin, WeightValues
from graphscope.errors import GraphscopeError
from graphscope.graph import Graph
from graphscope.session.files import find_reader
from graphscope.session.reading.weights import MOST_BYTES, StoredWeights, has_weights
from graphscope.session.runs import find_run
from graphscope.session.targets import FileTarget, parse_target

if TYPE_CHECKING:
    from graphscope.analysis.number_summary import NumberSummary


def find_origin(x: Any, graph: Graph | None = None) -> Origin:
    """Return what may be read beside the graph of `x`.

    Args:
        x: a Keras model, the path of a file, a target as on the command line, or a graph. Of a
            graph nothing is known: it may have come from anywhere.
        graph: what was made of it, which tells the entry point that was asked for.
    """
    entry = "" if graph is None else str(graph.metadata.get("entry_point", ""))
    if isinstance(x, Graph):
        return UNKNOWN
    if isinstance(x, str):
        return _of_target(x, entry)
    if isinstance(x, os.PathLike):
        return _of_file(Path(x), entry)
    return Origin(is_live=True, weights=_live_values(x))


def _of_target(text: str, entry: str) -> Origin:
    if find_run(text) is not None:
        return UNKNOWN
    target = parse_target(text)
    return _of_file(target.path, entry) if isinstance(target, FileTarget) else Origin(is_live=True)


def _of_file(path: Path, entry: str) -> Origin:
    reader = find_reader(path)
    return Origin(weights=StoredWeights(path, reader, entry)) if has_weights(reader) else UNKNOWN


def _live_values(model: Any) -> WeightValues | None:
    from graphscope.session.models import is_model

    return LiveWeights(model) if is_model(model) else None


class LiveWeights:
    """The numbers in the weights of a live model, as they are when they are asked for.

    Args:
        model: a Keras model or layer; it is not kept alive.
    """

    def __init__(self, model: Any) -> None:
        from graphscope.tracers.live_values import LiveValues

        self._values = LiveValues(model)

    def summarise(self, weights: Sequence[str]) -> list[NumberSummary | GraphscopeError | None]:
        """Return the statistics of some weights; see `WeightValues`."""
        return [self._sum_up(weight) for weight in weights]

    def _sum_up(self, weight: str) -> NumberSummary | GraphscopeError | None:
        from graphscope.analysis.number_summary import summarise

        try:
            return summarise(self._values.parts(weight, MOST_BYTES))
        except KeyError:
            return None
        except GraphscopeError as error:
            return error
