"""A small BERT, its file, and the same file with another config."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZES = {"num_heads": 2, "hidden_dim": 16, "intermediate_dim": 32, "max_sequence_length": 16}


def bert(layers: int = 1) -> Any:
    import keras_hub

    return keras_hub.models.BertBackbone(vocabulary_size=50, num_layers=layers, **SIZES)


def save(model: Any, path: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Arrays of TensorFlow are behind NumPy.
        model.save(path)
    return path


def rewrite(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Let a function change the config in an archive."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    change(config)
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
