"""Classes of libraries in files that name no modules: the HDF5 files of Keras.

Such a file calls the outermost class by its name alone, and others by the name that they are
registered under, `keras_hub>TransformerEncoder`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.graph import Graph, Layer
from graphscope.session.rebuilding.libraries import LIBRARIES, Library, find_library

_FORMAT = "keras hdf5 model"
"""The metadata of graphs that were read from such files."""

_MODULES = {
    "Functional": "keras.src.models.functional",
    "Model": "keras",
    "Sequential": "keras",
}
"""Where Keras finds its models; the readers put them among the layers."""


def find_unnamed(graph: Graph) -> dict[Library, Layer]:
    """Return the libraries that have a class of the name of a layer without module.

    What the file really names is known from its config: see `names_library`.
    """
    if graph.metadata.get("format") != _FORMAT:
        return {}
    found: dict[Library, Layer] = {}
    for library in LIBRARIES:
        classes = library.find_classes()
        layers = (each for each in graph.layers if not each.module and each.class_name in classes)
        first = next(layers, None)
        if first is not None:
            found[library] = first
    return found


def find_unknown(graph: Graph) -> Layer | None:
    """Return the model itself, if such a file calls it by a name that is not Keras's."""
    if graph.metadata.get("format") != _FORMAT:
        return None
    if all(note.code != "subclassed-archive" for note in graph.notes):
        return None
    return next((each for each in graph.layers if each.parent is None and not each.module), None)


def find_uninstalled() -> Library | None:
    """Return the first library whose classes are not known, because it is not installed."""
    return next((library for library in LIBRARIES if not library.is_installed), None)


def name_modules(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the config of a model with the module of the outermost class, and those of models."""
    named: dict[str, Any] = _name_models(document)
    if named.get("module"):
        return named
    name = named.get("class_name")
    for library in LIBRARIES:
        module = library.find_classes().get(name) if isinstance(name, str) else None
        if module is not None and named.get("registered_name") in (None, name):
            return {**named, "module": module, "registered_name": None}
    return named


def names_library(document: Mapping[str, Any]) -> bool:
    """Whether an object in a config is of a class of a library."""
    return any(
        find_library(str(entry.get("module") or "")) is not None
        or find_library(str(entry.get("registered_name") or "").partition(">")[0]) is not None
        for entry in _objects(document)
    )


def _name_models(value: Any) -> Any:
    if isinstance(value, list):
        return [_name_models(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    copied = {key: _name_models(each) for key, each in value.items()}
    if copied.get("module") == "keras.layers" and copied.get("class_name") in _MODULES:
        copied["module"] = _MODULES[copied["class_name"]]
    return copied


def _objects(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            if "class_name" in value:
                yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
