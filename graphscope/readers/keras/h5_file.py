"""The reader of HDF5 files of Keras (`.h5`): whole models, and weights alone.

Keras 1 to 3 keep the config of a whole model in an attribute of the file and its weights in a
group for each layer. `model.save_weights` writes the weights only, which make no graph: they are
shown as the layers that own them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from graphscope.errors import ReadError
from graphscope.graph import Graph, GraphBuilder
from graphscope.readers.files.json_text import parse_object
from graphscope.readers.files.kind import HDF5_SIGNATURE, HEAD_SIZE, describe
from graphscope.readers.files.regular_file import open_regular_file
from graphscope.readers.keras import model_graph, weights_only
from graphscope.readers.keras.legacy.stored import StoredLayers
from graphscope.readers.keras.legacy.upgrade import upgrade, upgrade_training
from graphscope.readers.keras.legacy.versions import describe_version
from graphscope.readers.keras.recipe import Recipe, take_recipe
from graphscope.readers.text import quote, shorten
from graphscope.readers.weights.hdf5_attributes import TextAttributes
from graphscope.readers.weights.stored import METRICS, note_damage
from graphscope.readers.weights.tree import WeightGroup, open_weights
from graphscope.readers.weights.values import read_parts

if TYPE_CHECKING:
    import numpy as np

IMPORTS = ("graphscope.readers.weights.hdf5", "graphscope.readers.weights.hdf5_library")
"""What reading imports later: it is imported before a stranger's file is opened."""

CONFIG = "model_config"
TRAINING = "training_config"
WEIGHTS = "model_weights"
OPTIMIZERS = ("optimizer_weights", "optimizer")
"""The group of the optimizer's variables, in whole models and in files of weights of Keras 3."""


def read(path: str | os.PathLike[str]) -> Graph:
    """Return the model of an HDF5 file as a graph; of a file of weights, the layers that own them.

    Args:
        path: the file.

    Raises:
        ReadError: when the file is missing, damaged, or holds neither a model of Keras nor weights.
    """
    with H5File(Path(path)) as file:
        return model_graph.read_model(file) if file.has_model else weights_only.read_weights(file)


def weight_parts(path: Path, weight: str, limit: int) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the numbers of a weight in parts, evenly spread where they exceed the limit.

    Args:
        path: the file.
        weight: the id of the weight in the graph that `read` gives, or its place in the file.
        limit: how many bytes are read at most.

    Raises:
        KeyError: when there is no such weight, or its numbers lie outside of the file.
        ReadError: when the file is damaged, or holds a type of numbers that NumPy does not know.
    """
    status = path.stat()
    places = _locate_weights(path, status.st_mtime_ns, status.st_size)
    place = weight if weight in places.values() else places[weight]
    with open_regular_file(path) as stream:
        yield from read_parts(stream, place, limit)


@lru_cache(maxsize=1)
def _locate_weights(path: Path, _time: int, _size: int) -> dict[str, str]:
    """Return where the weights lie in the file, by their ids."""
    with H5File(path) as file:
        locate = model_graph.locate_weights if file.has_model else weights_only.locate_weights
        return locate(file)


def recipe(path: Path) -> Recipe | None:
    """Return what the model was made from, and where its weights lie; None if there is no model.

    Raises:
        ReadError: as `read` does.
    """
    with H5File(path) as file:
        if not file.has_model:
            return None
        found = take_recipe(file)
        return {**found, "order": file.places()} if found["weights"] else found


def compile_config(path: Path) -> dict[str, Any] | None:
    """Return what the model was compiled with; None when it was not, or there is no model.

    Raises:
        ReadError: as `read` does.
    """
    with H5File(path) as file:
        found = file.document().get("compile_config") if file.has_model else None
    return found if isinstance(found, dict) else None


class H5File:
    """An open HDF5 file, as `model_graph.read_model` wants it.

    Raises:
        ReadError: when it is missing, no HDF5 file, or damaged.
    """

    def __init__(self, path: Path) -> None:
        self.name = shorten(path.name, 80)
        self.subject = quote(self.name)
        self._stream = open_regular_file(path)
        try:
            _require_hdf5(self._stream.read(HEAD_SIZE), self.name)
            self._attributes = TextAttributes(self._stream, self.subject)
        except BaseException:
            self._stream.close()
            raise
        self._document: dict[str, Any] | None = None
        self._damage = ""  # why it is not known what the model was compiled with

    def __enter__(self) -> H5File:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._attributes.close()
        self._stream.close()

    @property
    def has_model(self) -> bool:
        """Whether the file holds the config of a model."""
        return self._attributes.has(CONFIG)

    def document(self) -> dict[str, Any]:
        """Return the config of the model as Keras 3 would write it.

        Raises:
            ReadError: when it is no JSON object.
        """
        if self._document is None:
            config = self._parse(CONFIG)
            training = self._training()
            compiled = upgrade_training(training) if training else None
            self._document = upgrade(config) | ({"compile_config": compiled} if compiled else {})
        return self._document

    def _training(self) -> dict[str, Any] | None:
        """Return what the model was compiled with; None where that is not to be read."""
        if not self._attributes.has(TRAINING):
            return None
        try:
            return self._parse(TRAINING)
        except ReadError as error:  # The model does not depend on it.
            self._damage = error.message
            return None

    def metadata(self, builder: GraphBuilder) -> dict[str, Any]:
        """Return which Keras wrote the file."""
        if self._damage:
            builder.add_note("training-unreadable", self._damage)
        version = self._version()
        if not (version or self.has_model):
            return {"format": "keras hdf5 weights"}  # Keras 3 does not say it there.
        kind = "keras hdf5 model" if self.has_model else "keras hdf5 weights"
        return {"format": kind} | describe_version(version, builder)

    @contextmanager
    def weights(self, builder: GraphBuilder) -> Iterator[tuple[WeightGroup | None, int]]:
        """Give the weights by layer, and the number of the optimizer's variables."""
        with ExitStack() as stack:
            try:
                tree = stack.enter_context(open_weights(self._stream, self.subject))
            except ReadError as error:
                if not self.has_model:
                    raise
                builder.add_note("weights-unreadable", error.message)
                yield None, 0
                return
            note_damage(tree, builder)
            root = tree.root
            optimizers = [root.children.pop(name, None) for name in OPTIMIZERS]
            root.children.pop(METRICS, None)
            count = sum(group.count() for group in optimizers if group)
            yield self._find_weights(root, builder), count

    def places(self) -> list[list[str]]:
        """Return where the weights lie, layer by layer in the order of the file."""
        with open_weights(self._stream, self.subject) as tree:
            place = f"/{WEIGHTS}"
            group = tree.root.children.get(WEIGHTS, tree.root)
            return StoredLayers(self._attributes, group, place).list_places()

    def _find_weights(self, root: WeightGroup, builder: GraphBuilder) -> WeightGroup | None:
        config = self.document().get("config") if self.has_model else None
        place = f"/{WEIGHTS}" if WEIGHTS in root.children else "/"
        group = root.children.get(WEIGHTS, root)
        stored = StoredLayers(self._attributes, group, place)
        if config is not None and place == "/":
            builder.add_note("weights-missing", f"The file has no {WEIGHTS}.")
            return None
        if place == "/" and not stored.are_listed:
            return group if any(each.is_object for each in group.walk()) else None
        found = stored.arrange(config)
        stored.add_note(builder)
        return found

    def _version(self) -> str:
        for place in ("/", f"/{WEIGHTS}"):
            try:
                version = self._attributes.text("keras_version", place)
            except ReadError:
                continue  # The note that it is not known says enough.
            if version:
                return version
        return ""

    def _parse(self, name: str) -> dict[str, Any]:
        text = self._attributes.text(name) or ""
        return parse_object(text.encode("utf-8", "surrogatepass"), f"{name} in {self.subject}")


def _require_hdf5(head: bytes, name: str) -> None:
    """Say what a file seems to be that bears no signature of HDF5."""
    if not head:
        raise ReadError(f"{quote(name)} is empty.", "Save or copy the model again.")
    # Another program may have put a block of its own before the file.
    if any(head.startswith(HDF5_SIGNATURE, start) for start in (0, 512, 1_024, 2_048)):
        return
    kind, remedy = describe(head, name)
    raise ReadError(f"{quote(name)} is no HDF5 file; it looks like {kind}.", remedy)
