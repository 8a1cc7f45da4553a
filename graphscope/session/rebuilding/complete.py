"""From the graph that a file gives by itself to that of the model it was saved from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from graphscope.errors import GraphscopeError
from graphscope.graph import ROOT, Graph, Layer, Note
from graphscope.readers.text import quote
from graphscope.session.reading.apart import offers, read_data
from graphscope.session.rebuilding.allowed import prepare
from graphscope.session.rebuilding.backends import find_backend
from graphscope.session.rebuilding.compare import Comparison, compare
from graphscope.session.rebuilding.failures import NotRebuiltError
from graphscope.session.rebuilding.libraries import Library, find_library
from graphscope.session.rebuilding.merge import PLACES, merge
from graphscope.session.rebuilding.request import rebuild
from graphscope.session.rebuilding.unnamed import (
    find_uninstalled,
    find_unknown,
    find_unnamed,
    name_modules,
    names_library,
)

if TYPE_CHECKING:
    from graphscope.readers.keras.recipe import Recipe

_RECIPE = "recipe"
"""The function of a reader's module that tells what the model in a file is made from."""

_IS_TRACED = "backend"
"""Metadata that the graph of a live model has, also when it was exported and is read again."""


@dataclass(frozen=True, slots=True)
class Choices:
    """How a model is rebuilt."""

    backend: str | None = None
    """The Keras backend; None for the quickest of those that are installed."""
    ops: bool = True
    """Whether its graph has single operations."""


def complete(
    graph: Graph, path: Path, reader: str, choices: Choices, report: Callable[[str], None]
) -> Graph:
    """Return the graph of the model in a file, rebuilt where its classes are those of a library.

    A graph that names no such class is returned as it is. Where rebuilding fails, or gives another
    model than the file holds the weights of, it is returned with a note that tells why.

    Args:
        graph: as the reader found it.
        path: the file.
        reader: the name of its reader.
        choices: how to rebuild it.
        report: is told about the steps that take long.
    """
    named = find_library_layers(graph) or find_unnamed(graph)
    if _IS_TRACED in graph.metadata or not offers(reader, _RECIPE):
        return graph
    if not named:
        return _suspect(graph)
    missing = next((library for library in named if not library.is_installed), None)
    if missing is not None:
        return _add_note(graph, "library-missing", _tell_missing(named[missing], missing))
    library, layer = next(iter(named.items()))
    report(f"rebuilding {graph.name} with {library.module}")
    try:
        recipe = _read_recipe(path, reader)
        return graph if recipe is None else _rebuild(graph, recipe, list(named), choices)
    except GraphscopeError as error:
        reason = error.message.rstrip(".")
        return _add_note(graph, "not-rebuilt", _tell_failure(layer, library, reason))


def find_library_layers(graph: Graph) -> dict[Library, Layer]:
    """Return the libraries whose classes a graph names, each with the first layer that does."""
    found: dict[Library, Layer] = {}
    modules = {layer.module: layer for layer in reversed(graph.layers)}
    for module, layer in reversed(modules.items()):
        library = find_library(module)
        if library is not None:
            found.setdefault(library, layer)
    return found


def _suspect(graph: Graph) -> Graph:
    unknown, library = find_unknown(graph), find_uninstalled()
    if unknown is None or library is None:
        return graph
    return _add_note(graph, "library-unknown", _tell_unknown(unknown, library))


def _read_recipe(path: Path, reader: str) -> Recipe | None:
    recipe: Recipe | None = read_data(path, reader, _RECIPE)
    if recipe is None:
        return None
    document = name_modules(recipe["document"])
    return {**recipe, "document": document} if names_library(document) else None


def _rebuild(graph: Graph, recipe: Recipe, libraries: list[Library], choices: Choices) -> Graph:
    document = prepare(recipe["document"])
    backend = find_backend(choices.backend)
    order = recipe.get("order")
    rebuilt = rebuild(
        document, libraries, backend=backend, ops=choices.ops, in_order=order is not None
    )
    places: dict[str, str] = rebuilt.metadata[PLACES]
    if order is not None:
        places = _find_in_order(places, order)
    found = _compare(rebuilt, places, recipe["weights"])
    if found is not None and found.is_gross:
        raise NotRebuiltError(f"the file holds the weights of another model: {found.describe()}")
    note = Note("rebuilt", _tell_success(libraries[0], backend, found), ROOT)
    stored = recipe["weights"] or {}
    kept = {place: weight for place, weight in places.items() if place in stored}
    return merge(graph, rebuilt, note, kept)


def _find_in_order(positions: Mapping[str, str], order: list[list[str]]) -> dict[str, str]:
    """Return weights by their places in the file, given their positions in the model."""
    known = {
        f"{layer}/{number}": place
        for layer, places in enumerate(order)
        for number, place in enumerate(places)
    }
    return {known.get(position, position): weight for position, weight in positions.items()}


def _compare(
    rebuilt: Graph, places: Mapping[str, str], weights: Mapping[str, list[int]] | None
) -> Comparison | None:
    """Compare the weights; None where the file holds none, or Keras does not tell their places."""
    if not weights or not places:
        return None
    shapes = {weight.id: weight.shape for weight in rebuilt.weights}
    return compare(
        {place: tuple(shape) for place, shape in weights.items()},
        {place: shapes[weight] for place, weight in places.items()},
    )


def _add_note(graph: Graph, code: str, message: str) -> Graph:
    return replace(graph, notes=(Note(code, message, ROOT), *graph.notes))


def _tell_unknown(layer: Layer, library: Library) -> str:
    return (
        f"The file does not tell where {_name(layer)} comes from. If it is a class of "
        f"{library.module}, its layers and operations are shown where that is installed (pip "
        f"install {library.distribution})."
    )


def _tell_missing(layer: Layer, library: Library) -> str:
    return (
        f"{_name(layer)} is a class of {library.module}, which is not installed here. Where it is "
        f"(pip install {library.distribution}), the layers and operations inside are shown too."
    )


def _tell_failure(layer: Layer, library: Library, reason: str) -> str:
    return (
        f"{_name(layer)} was not rebuilt with {library.module}: {reason}. The graph is what the "
        "file says by itself."
    )


def _tell_success(library: Library, backend: str, found: Comparison | None) -> str:
    told = f"Layers and operations were rebuilt with {library.title} on {backend}"
    if found is None:
        return f"{told}; the file holds no weights to compare them with."
    if not found.differing:
        return (
            f"{told}; all {found.equal:,} weights of the file have the shapes that they have there."
        )
    return (
        f"{told}. Of its weights {found.equal:,} are as in the file and {found.differing:,} are "
        f"not, so the file was saved with another version: {found.describe()}."
    )


def _name(layer: Layer) -> str:
    return quote(layer.class_name)[1:-1]
