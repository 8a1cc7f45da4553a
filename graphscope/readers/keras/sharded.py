"""Weights that Keras saved in several files: `NAME.weights.json` lists them, they lie beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graphscope.errors import ReadError
from graphscope.graph import Graph, GraphBuilder
from graphscope.readers.files.regular_file import open_regular_file, require_beside
from graphscope.readers.keras.weight_notes import list_some
from graphscope.readers.keras.weights_only import read_weights
from graphscope.readers.text import quote
from graphscope.readers.weights.stored import note_damage
from graphscope.readers.weights.tree import WeightGroup, open_weights

_INDEX = ".weights.json"
_SHARD = ".weights.h5"
_OPTIMIZER = "optimizer"
_MOST = 10_000
"""How many files are read."""


def find_shards(path: Path) -> list[Path]:
    """Return the files that may belong to a list of shards, found by their names alone."""
    if not path.name.endswith(_INDEX):
        return []
    found = sorted(path.parent.glob(f"*_[0-9][0-9][0-9][0-9][0-9]{_SHARD}"))
    return [each for each in found if _belongs(each.name, path)][:_MOST]


def _belongs(name: str, path: Path) -> bool:
    """Whether a file is called as Keras calls one that belongs to the list."""
    number = name.removeprefix(f"{path.name.removesuffix(_INDEX)}_").removesuffix(_SHARD)
    return len(number) == 5 and number.isdecimal() and name.endswith(_SHARD)


def is_index(document: Any) -> bool:
    """Whether a document lists the files that hold weights."""
    return (
        isinstance(document, dict)
        and isinstance(document.get("weight_map"), dict)
        and all(isinstance(name, str) for name in _list_names(document))
    )


def read_shards(document: Mapping[str, Any], path: Path) -> Graph:
    """Return a graph of the layers that own the weights of all files of a list.

    Args:
        document: the list.
        path: its file.

    Raises:
        ReadError: when none of the files is there, or one is a link that leads elsewhere.
    """
    return read_weights(Shards(document, path))


def _list_names(document: Mapping[str, Any]) -> Iterator[Any]:
    for names in document["weight_map"].values():
        yield from names if isinstance(names, list) else (names,)


class Shards:
    """The files of a list, as `weights_only.read_weights` wants them."""

    def __init__(self, document: Mapping[str, Any], path: Path) -> None:
        self.name = path.name.removesuffix(".json")
        self._path = path
        self._shown = quote(path.name, 200)
        self._named = sorted(set(_list_names(document)))
        # The folder need not be looked into, and only these files may be opened.
        self._present = {
            name: path.with_name(name)
            for name in self._named
            if _belongs(name, path) and path.with_name(name).is_file()
        }

    def document(self) -> dict[str, Any]:
        """Return nothing: there is no model."""
        return {}

    def metadata(self, builder: GraphBuilder) -> dict[str, Any]:  # noqa: ARG002
        """Return what kind of file it is."""
        return {"format": "keras sharded weights"}

    @contextmanager
    def weights(self, builder: GraphBuilder) -> Iterator[tuple[WeightGroup | None, int]]:
        """Give the weights of all files, and the number of the optimizer's variables."""
        present = [*self._present.values()][:_MOST]
        missing = [quote(name) for name in self._named if name not in self._present]
        if not present:
            raise ReadError(
                f"{self._shown} lists files of weights, of which none lies beside it: "
                f"{list_some(missing)}.",
                "Copy them into its folder, with the names that Keras gave them.",
            )
        if missing:
            builder.add_note(
                "weights-shards-missing",
                f"Files that hold more of the weights are not in the folder: {list_some(missing)}.",
            )
        root = WeightGroup("", is_object=True)
        for each in present:
            require_beside(each, self._path)
            _merge(root, _read_shard(each, builder))
        _sort(root)
        optimizer = root.children.pop(_OPTIMIZER, None)
        yield root, optimizer.count() if optimizer else 0


def _read_shard(path: Path, builder: GraphBuilder) -> WeightGroup:
    with open_regular_file(path) as stream, open_weights(stream, quote(path.name, 200)) as tree:
        note_damage(tree, builder)
        for group in tree.root.walk():
            # Names are read while the file is open; places in it tell nothing without the file.
            saved_name = group.saved_name
            group.read_name = lambda name=saved_name: name  # type: ignore[misc]
        return tree.root


def _merge(into: WeightGroup, other: WeightGroup) -> None:
    """Add the groups of another file; the weights of one object may lie in several."""
    waiting = [(into, other)]
    while waiting:
        group, more = waiting.pop()
        group.is_object = group.is_object or more.is_object
        group.weights += more.weights
        for name, child in more.children.items():
            if name in group.children:
                waiting.append((group.children[name], child))
            else:
                group.children[name] = child


def _sort(root: WeightGroup) -> None:
    for group in root.walk():
        if all(weight.key.isdecimal() for weight in group.weights):
            group.weights.sort(key=lambda weight: int(weight.key))
