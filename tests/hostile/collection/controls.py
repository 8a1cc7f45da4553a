"""Sound files as Keras and TensorFlow write them; made by them, in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.hostile.collection.maker import Maker
from tests.hostile.rows import Must

_SUFFIXES = {".keras": "keras", ".h5": "h5", ".json": "json", ".jsonl": "jsonl"}


def add_rows(maker: Maker) -> None:
    """Add sound files of all formats."""
    folder = maker.files / "sound"
    folder.mkdir()
    environment = {
        **os.environ,
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    command = [sys.executable, "-m", "tests.hostile.collection.saving", str(folder)]
    subprocess.run(command, check=True, env=environment)
    for path in sorted(folder.iterdir()):
        section = maker.section("control", _SUFFIXES.get(path.suffix, path.name))
        # A file of weights holds no graph.
        must: Must = "either" if path.name.endswith(".weights.h5") else "open"
        section.add(f"sound_{path.name}", path, must)
    _add_log(maker, folder)


def _add_log(maker: Maker, folder: Path) -> None:
    text = "".join(json.dumps({"step": at, "loss": 1 / (at + 1)}) + "\n" for at in range(1_000))
    maker.section("control", "jsonl").write("sound_log", text, "open")
    nodes = [{"id": "a", "name": "a", "op": "Dense"}, {"id": "b", "name": "b", "op": "Dense"}]
    graph = {"schema": "graphscope-graph", "version": 1, "nodes": nodes, "edges": [["a", "b"]]}
    maker.section("control", "json").write("sound_short_graph", json.dumps(graph), "open")
