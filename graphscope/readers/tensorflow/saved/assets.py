"""Files that belong to a SavedModel: vocabularies, for example."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath

from graphscope.formats import wire
from graphscope.readers.tensorflow.definitions import GraphDef
from graphscope.readers.tensorflow.saved.objects import SavedObjects
from graphscope.readers.tensorflow.schema import AssetFileField, MetaGraphField
from graphscope.readers.text import quote

_FOLDER = "assets"


def find_assets(
    definition: GraphDef, objects: SavedObjects, meta_graph: wire.Fields
) -> Mapping[str, Mapping[str, str]]:
    """Return what to say of the files that functions take: by function, by argument.

    Raises:
        MalformedError: when the list of files is damaged.
    """
    names = [
        wire.text(wire.split(asset), AssetFileField.FILENAME)
        for asset in wire.messages(meta_graph, MetaGraphField.ASSET)
    ]
    files = {
        number: _describe(names[index])
        for number, index in objects.assets.items()
        if index < len(names)
    }
    found: dict[str, dict[str, str]] = {}
    for name, captured in objects.captures.items() if files else ():
        function = definition.functions.get(name)
        if function is None or len(captured) > len(function.arguments):
            continue
        taking = function.arguments[len(function.arguments) - len(captured) :]
        found[name] = {
            argument.name: files[number]
            for argument, number in zip(taking, captured, strict=True)
            if number in files
        }
    return found


def _describe(name: str) -> str:
    """Return what to say of a file; TensorFlow follows a path that leads out of the folder."""
    leaves = any(
        path(name).is_absolute() or ".." in path(name).parts
        for path in (PurePosixPath, PureWindowsPath)
    )
    if leaves:
        return f"{quote(name, 200)}, which lies outside of the model"
    return f"{quote(f'{_FOLDER}/{name}', 200)}, a file of the model"
