"""Pickles and archives of pickles that claim to be something else."""

from __future__ import annotations

import io
import os
import pickle
import zipfile

import numpy as np

from tests.hostile.collection.maker import Entry, Maker
from tests.hostile.collection.models import CONFIG, META

_SUFFIXES = ("keras", "h5", "pkl", "pb", "json", "pt", "jsonl", "tfevents")


class _Makes:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self._path,)


def add_rows(maker: Maker) -> None:
    """Add pickles of all names."""
    for suffix in _SUFFIXES:
        id_ = f"pickle_{suffix}"
        section = maker.section("pickle disguised", suffix)
        data = pickle.dumps(_Makes(maker.marker(id_)), 2)
        section.write(id_, data, note="a pickle", marker=maker.marker(id_))
    _add_arrays(maker)
    section = maker.section("pickle disguised")
    marker = maker.marker("torch_zip")
    entries: list[Entry] = [
        ("archive/data.pkl", pickle.dumps(_Makes(marker), 2)),
        ("archive/version", "3"),
    ]
    section.entries("torch_zip", entries, note="a zip of PyTorch", marker=marker)
    marker = maker.marker("yaml_tag")
    tagged = f"!!python/object/apply:os.mkdir ['{marker}']\n"
    maker.section("pickle disguised", "yaml").write("yaml_tag", tagged, marker=marker)


def _add_arrays(maker: Maker) -> None:
    for suffix in ("keras", "npz", "npy"):
        id_ = f"arrays_{suffix}"
        section = maker.section("pickle disguised", suffix)
        data = _arrays(maker.marker(id_), is_zip=suffix != "npy")
        section.write(id_, data, note="arrays of objects", marker=maker.marker(id_))
    marker = maker.marker("weights_npz")
    member = ("model.weights.npz", _arrays(marker, is_zip=True))
    entries: list[Entry] = [("metadata.json", META), ("config.json", CONFIG), member]
    section = maker.section("pickle disguised")
    section.entries("weights_npz", entries, "either", marker=marker, compression=zipfile.ZIP_STORED)


def _arrays(marker: str, *, is_zip: bool) -> bytes:
    objects = np.empty(1, object)
    objects[0] = _Makes(marker)
    stream = io.BytesIO()
    if is_zip:
        np.savez(stream, w=objects)
    else:
        np.save(stream, objects)
    return stream.getvalue()
