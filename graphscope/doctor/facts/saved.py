"""What a weights file holds: its layers and the shapes of their weights, read without Keras."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SavedLayer:
    """A layer's part of a file: where it stands in it, and the shapes of its weights in order."""

    path: str
    shapes: tuple[Sizes, ...]

    @property
    def name(self) -> str:
        """The last part of its path that is a name: the layer's in old files, else its class's."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A weights file; in old ones (`is_legacy`) layers have their own names and an order."""

    path: str
    layers: tuple[SavedLayer, ...]
    is_legacy: bool

    def layer(self, path: str) -> SavedLayer | None:
        """Return the layer at a path."""
        return next((each for each in self.layers if each.path == path), None)


def read_saved(path: str) -> SavedFile | None:
    """Return what a file holds; None when it is no weights file that can be read."""
    import h5py

    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                data = io.BytesIO(archive.read("model.weights.h5"))
            with h5py.File(data, "r") as file:
                return _saved(path, file)
        if not Path(path).is_file():
            return None
        with h5py.File(path, "r") as file:
            return _saved(path, file)
    except (OSError, KeyError, ValueError):
        return None


def _saved(path: str, file: Any) -> SavedFile:
    group = file.get("model_weights", file)
    if "layer_names" in group.attrs:
        return SavedFile(path, tuple(_legacy(group)), is_legacy=True)
    return SavedFile(path, tuple(_current(file, "")), is_legacy=False)


def _legacy(group: Any) -> Iterator[SavedLayer]:
    for name in map(_text, group.attrs["layer_names"]):
        names = [_text(each) for each in group[name].attrs.get("weight_names", ())]
        if names:
            yield SavedLayer(name, tuple(tuple(group[name][each].shape) for each in names))


def _current(group: Any, path: str) -> Iterator[SavedLayer]:
    for key in group:
        inner = group[key]
        if key == "vars" and hasattr(inner, "keys"):
            numbers = sorted(inner, key=lambda each: (len(each), each))
            if numbers:
                yield SavedLayer(path, tuple(tuple(inner[each].shape) for each in numbers))
        elif hasattr(inner, "keys") and key != "optimizer":
            yield from _current(inner, f"{path}/{key}".strip("/"))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
