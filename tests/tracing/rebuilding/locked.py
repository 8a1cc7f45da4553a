"""A process that rebuilds many files under the lock: `python -m ...locked FILE...`.

It does what the child does for one file, and writes a line of JSON for each. Importing the library
takes longer than rebuilding a small model.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from graphscope.graph import Graph, to_json
from graphscope.readers.keras.archive_file import recipe
from graphscope.session.rebuilding import child
from graphscope.session.rebuilding.allowed import prepare
from graphscope.session.rebuilding.merge import PLACES


class NoParent:
    """Stands for the parent, who is not followed here."""

    def follow(self) -> None:
        """Stay."""


def digest(graph: Graph) -> str:
    """Return what two equal graphs have in common, whatever their metadata."""
    document = json.loads(to_json(graph))
    parts = {key: document[key] for key in ("nodes", "edges", "scopes", "layers", "weights")}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def main(files: list[str]) -> None:
    recipes = [recipe(Path(file)) for file in files]
    documents = [prepare(each["document"]) for each in recipes]
    for document in documents:
        child._import(document, ["keras_hub"])
    lock = child._close_up(NoParent())  # type: ignore[arg-type]
    for file, each, document in zip(files, recipes, documents, strict=True):
        _tell({"file": file, **_rebuild(each, document)})
    _tell({"refused": [str(error) for error in lock.refused]})
    os._exit(0)


def _tell(row: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(row)}\n")
    sys.stdout.flush()


def _rebuild(told: Any, document: dict[str, Any]) -> dict[str, Any]:
    import keras

    keras.backend.clear_session()
    graph = child._rebuild(document, ops=True)
    shapes = {weight.id: list(weight.shape) for weight in graph.weights}
    places = {place: shapes[weight] for place, weight in graph.metadata[PLACES].items()}
    return {
        "layers": len(graph.layers),
        "parameters": sum(weight.size for weight in graph.weights),
        "same_weights": places == told["weights"],
        "digest": digest(graph),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
