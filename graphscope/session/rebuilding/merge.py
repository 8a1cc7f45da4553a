"""One graph of a rebuilt model and of what its file says besides."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

from graphscope.graph import ROOT, Graph, Note
from graphscope.graph.code import METADATA_KEY
from graphscope.session.rebuilding.libraries import find_library

PLACES = "weight_places"
"""Metadata: the ids of weights in the graph, by the places in the file where their numbers lie."""

_ANSWERED = frozenset(
    {
        *("custom-model-class", "shape-unknown", "subclassed-archive", "value-shortened"),
        *("weights-from-config", "weights-missing", "weights-unknown", "weights-unmatched"),
        "weights-unnamed",
    }
)
"""Notes of a reader on what the file does not say and the rebuilt model does."""


def merge(read: Graph, rebuilt: Graph, note: Note, places: Mapping[str, str]) -> Graph:
    """Return the rebuilt graph with what the file says of itself.

    Args:
        read: the graph as it was read.
        rebuilt: the graph as it was traced.
        note: on how it was rebuilt.
        places: the ids of weights in the rebuilt graph, by their places in the file.
    """
    told = {key: value for key, value in read.metadata.items() if key != METADATA_KEY}
    # The file says itself which Keras it was saved with.
    traced = {key: value for key, value in rebuilt.metadata.items() if key != "producer"}
    code = _remaining_code(read, rebuilt)
    return replace(
        rebuilt,
        metadata=told | traced | {PLACES: dict(places)} | ({METADATA_KEY: code} if code else {}),
        notes=(note, *_remaining_notes(read, rebuilt), *rebuilt.notes),
    )


def weight_places(graph: Graph) -> dict[str, str]:
    """Return where in its file the numbers of weights lie, by their ids; empty if not rebuilt."""
    places = graph.metadata.get(PLACES)
    if not isinstance(places, Mapping):
        return {}
    return {str(weight): str(place) for place, weight in places.items()}


def _remaining_notes(read: Graph, rebuilt: Graph) -> list[Note]:
    notes = (each for each in read.notes if each.code not in _ANSWERED)
    return [each for each in notes if each.subject is None or _has(rebuilt, each.subject)]


def _remaining_code(read: Graph, rebuilt: Graph) -> list[dict[str, Any]]:
    """Return what the file holds of code beside the classes that were rebuilt."""
    rows = [row for row in read.metadata.get(METADATA_KEY, ()) if isinstance(row, dict)]
    made = {each.id for each in rebuilt.layers if find_library(each.module) is not None}
    foreign = [row for row in rows if not _is_of_library(row, made)]
    return [row for row in foreign if not row.get("subject") or _has(rebuilt, row["subject"])]


def _is_of_library(row: Mapping[str, Any], made: Set[str]) -> bool:
    """Whether a piece of code is a class that was rebuilt; some files name it without module."""
    module = row.get("module")
    return find_library(str(module)) is not None if module else row.get("subject") in made


def _has(graph: Graph, subject: str) -> bool:
    return subject == ROOT or any(subject == layer.id for layer in graph.layers)
