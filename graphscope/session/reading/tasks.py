"""What the child can be asked about a file; each function returns the one that does it.

Everything that is imported for a task is imported before the file is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from graphscope.errors import GraphscopeError
from graphscope.graph import Graph
from graphscope.session.children.answers import Answer, tell_data, tell_graph

Work: TypeAlias = Callable[[Path], Answer]


def prepare_graph(module: ModuleType, function: str, task: dict[str, Any]) -> Work:
    """Read the graph, with `read(path)` of the reader's module.

    Where an entry point is asked for, it is `read(path, entry)`.
    """
    read: Callable[..., Graph] = getattr(module, function)
    entry = _find_entry(task)
    return lambda path: tell_graph(read(path, *entry))


def prepare_weights(module: ModuleType, _function: str, task: dict[str, Any]) -> Work:
    """Sum up the numbers in some weights, with `weight_parts(path, weight, limit)`.

    The answer has a row for each: the statistics, `{"error": text}`, or None without values.
    """
    import numpy  # noqa: F401 - the statistics need it, whoever gives the numbers

    from graphscope.analysis.number_summary import summarise

    parts: Callable[..., Iterator[Any]] = module.weight_parts
    limit: int = task["limit"]
    entry = _find_entry(task)

    def sum_up(path: Path, weight: str) -> dict[str, Any] | None:
        try:
            return asdict(summarise(parts(path, weight, limit, *entry)))
        except KeyError:
            return None
        except GraphscopeError as error:
            return {"error": str(error)}

    return lambda path: tell_data([sum_up(path, weight) for weight in task["weights"]])


def _find_entry(task: dict[str, Any]) -> list[str]:
    return [task["entry"]] if task.get("entry") else []


def prepare_data(module: ModuleType, _function: str, task: dict[str, Any]) -> Work:
    """Call another function of the reader's module, which takes a path and returns JSON values."""
    read: Callable[[Path], Any] = getattr(module, task["function"])
    return lambda path: tell_data(read(path))


PREPARE: dict[str, Callable[[ModuleType, str, dict[str, Any]], Work]] = {
    "graph": prepare_graph,
    "weights": prepare_weights,
    "data": prepare_data,
}
"""By what a task says is `wanted`."""
