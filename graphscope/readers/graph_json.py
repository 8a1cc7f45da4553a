"""The reader of graph documents: what `graphscope export TARGET -o graph.json` wrote."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Any

from graphscope.errors import GraphError, ReadError
from graphscope.graph import Graph, from_document
from graphscope.graph.codec import FORMAT, VERSION
from graphscope.readers.files import json_text
from graphscope.readers.graph_rows import REMEDY, check_rows
from graphscope.readers.text import quote, shorten


def read(path: str | os.PathLike[str]) -> Graph:
    """Return the graph in a JSON document.

    Raises:
        ReadError: when the file is missing, too large, or no graph document of this version.
    """
    path = Path(path)
    return read_document(json_text.load(path), quote(path.name, 200))


def read_document(document: Any, subject: str) -> Graph:
    """Return the graph of a document that was parsed, whoever wrote it.

    Args:
        document: a JSON value.
        subject: what messages call it.

    Raises:
        ReadError: when it is no graph document of this version, or contradicts itself; the
            message names the row.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ReadError(
            f"{subject} is not a graphscope graph.", "Write one with `graphscope export`."
        )
    check_version(document, subject)
    document = check_rows(document, subject)
    _check_references(document, subject)
    try:
        return from_document(document)
    except GraphError as error:
        raise ReadError(f"{subject}: {shorten(error.message, 300)}", error.remedy) from error


def check_version(document: Mapping[str, Any], subject: str) -> None:
    """Check that a document is of the version that this graphscope reads.

    Raises:
        ReadError: when it is not.
    """
    version = document.get("version")
    if type(version) is int and version == VERSION:
        return
    remedy = "Update graphscope, or export the graph anew." if _is_newer(version) else REMEDY
    raise ReadError(
        f"{subject} has version {quote(version)}; this graphscope reads version {VERSION}.", remedy
    )


def _is_newer(version: Any) -> bool:
    return type(version) is int and version > VERSION


def _check_references(document: Mapping[str, Any], subject: str) -> None:
    """Check what the graph itself does not: references to layers, weights and tensors."""
    ids = {part: _unique_ids(document, part, subject) for part in ("layers", "weights")}
    outputs = {row["id"]: max(1, len(row.get("outputs", ()))) for row in document["nodes"]}
    calls = outputs.keys() | {row["id"] for row in document["scopes"]}
    for part, key, known in (
        ("nodes", "layer", ids["layers"]),
        ("scopes", "layer", ids["layers"]),
        ("layers", "parent", ids["layers"]),
        ("weights", "layer", ids["layers"]),
        ("nodes", "weights", ids["weights"]),
        ("layers", "weights", ids["weights"]),
    ):
        for index, row in enumerate(document[part]):
            _require(row.get(key), known, f"{subject}: {part}[{index}] ({quote(row['id'])})", key)
    for index, pair in enumerate(document["declared"]):
        _require(pair, calls, f"{subject}: declared[{index}]", "an end")
    ports = [(f"outputs[{index}]", port) for index, port in enumerate(document["outputs"])]
    for index, row in enumerate(document["scopes"]):
        place = f"scopes[{index}] ({quote(row['id'])})"
        ports += [(place, port) for key in ("inputs", "outputs") for port in row.get(key, ())]
    for place, (node, port) in ports:
        if port >= outputs.get(node, 0):
            raise ReadError(
                f"{subject}: {place} names output {port} of node {quote(node)}, which is not "
                "there.",
                REMEDY,
            )
    _check_parents(document["layers"], subject)


def _unique_ids(document: Mapping[str, Any], part: str, subject: str) -> set[str]:
    found: set[str] = set()
    for index, row in enumerate(document[part]):
        if row["id"] in found:
            raise ReadError(
                f"{subject}: {part}[{index}] has the id {quote(row['id'])} of an earlier one.",
                REMEDY,
            )
        found.add(row["id"])
    return found


def _require(value: Any, known: Container[str], place: str, key: str) -> None:
    names: Iterable[str] = value if isinstance(value, list) else [] if value is None else [value]
    for name in names:
        if name not in known:
            raise ReadError(f"{place} names {quote(name)} as {key}, which is not there.", REMEDY)


def _check_parents(layers: list[dict[str, Any]], subject: str) -> None:
    parents = {row["id"]: row.get("parent") for row in layers}
    sound: set[str] = set()
    for start in parents:
        trail: dict[str, None] = {}
        layer: str | None = start
        while layer is not None and layer not in sound:
            if layer in trail:
                raise ReadError(
                    f"{subject}: layer {quote(layer)} is its own parent, or that of its parents.",
                    REMEDY,
                )
            trail[layer] = None
            layer = parents[layer]
        sound.update(trail)
