"""A collection of bad, hostile and sound files of all kinds, made without a network.

Every payload is harmless: the worst that any of them tries is to make an empty file below
`OUT/markers`, to read the files in `OUT/secret`, or to set a flag on a page's `window`.
"""

from __future__ import annotations

from pathlib import Path

from tests.hostile.collection import (
    code,
    configs,
    controls,
    file_system,
    graph_json,
    graphs,
    hdf5,
    logs,
    names,
    pickles,
    tensorflow,
    zips,
)
from tests.hostile.collection.maker import Maker
from tests.hostile.rows import Collection, save_manifest

_MAKERS = (
    zips,
    configs,
    graphs,
    names,
    code,
    pickles,
    hdf5,
    tensorflow,
    file_system,
    graph_json,
    logs,
)


def make_collection(folder: Path, *, is_big: bool, with_keras: bool) -> Collection:
    """Make all files below a folder, and a `manifest.json` of them.

    Args:
        folder: an empty or new folder.
        is_big: whether files that take long to be made or opened are wanted.
        with_keras: whether sound files are made, for which Keras and TensorFlow are needed.
    """
    maker = Maker(folder, is_big=is_big)
    for module in _MAKERS:
        module.add_rows(maker)
    if with_keras:
        controls.add_rows(maker)
    save_manifest(maker.rows, folder / "manifest.json")
    return Collection(tuple(maker.rows))
