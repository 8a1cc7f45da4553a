"""Values that differ between configurations, told by their paths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """A value that is another one, or there in one run only.

    Attributes:
        path: of the value: `optimizer.learning_rate`.
        kind: what became of it.
        before, after: JSON values; None where there is none.
    """

    path: str
    kind: Kind
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        if self.kind == "added":
            return f"{self.path}: {self.after} (new)"
        if self.kind == "removed":
            return f"{self.path}: {self.before} (gone)"
        return f"{self.path}: {self.before} -> {self.after}"


def differing(configs: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the values that are not the same in all of several configurations.

    Args:
        configs: of runs, as JSON values.

    Returns:
        By path, the values in the order of the configurations; None where one has none.
    """
    flat = [flatten(config) for config in configs]
    paths = dict.fromkeys(path for each in flat for path in each)
    rows = {path: [each.get(path) for each in flat] for path in paths}
    return {
        path: values
        for path, values in rows.items()
        if any(not _is_same(path, values[0], value) for value in values[1:])
    }


def flatten(value: Any, path: str = "") -> dict[str, Any]:
    """Return nested JSON values by path, `optimizer.learning_rate`.

    An object as Keras serialises it is its class, and below it its configuration. A list without
    structure is one value.
    """
    if isinstance(value, Mapping):
        if "class_name" in value and isinstance(value.get("config"), Mapping):
            return {path or "class": value["class_name"]} | flatten(value["config"], path)
        return _flatten_all(((_join(path, str(key)), each) for key, each in value.items()))
    if isinstance(value, list | tuple) and any(isinstance(each, Mapping | list) for each in value):
        return _flatten_all(((f"{path}[{index}]", each) for index, each in enumerate(value)))
    return {path: value}


def _flatten_all(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, each in items:
        found |= flatten(each, path)
    return found


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def find_changes(before: Any, after: Any) -> Iterator[Change]:
    """Yield what differs between two nested JSON values, in order of the paths."""
    old, new = flatten(before), flatten(after)
    for path in sorted(old.keys() | new.keys()):
        if path not in new:
            yield Change(path, "removed", before=old[path])
        elif path not in old:
            yield Change(path, "added", after=new[path])
        elif not _is_same(path, old[path], new[path]):
            yield Change(path, "changed", old[path], new[path])


def _is_same(path: str, before: Any, after: Any) -> bool:
    if isinstance(before, bool) != isinstance(after, bool):
        return False
    if path.rpartition(".")[2] == "name" and isinstance(before, str) and isinstance(after, str):
        return without_numbers(before) == without_numbers(after)
    return bool(before == after)


def without_numbers(key: str) -> str:
    """Return a path without the numbers by which Keras tells layers of one class apart."""
    return re.sub(r"_\d+(?=[/#]|$)", "", key)
