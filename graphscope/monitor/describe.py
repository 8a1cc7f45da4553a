"""What is trained, and where: the configuration and the environment of a run."""

from __future__ import annotations

import os
import platform
import socket
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from graphscope.monitor.fitting import Fitting


def describe_config(model: Any, params: Mapping[str, Any], fitting: Fitting) -> dict[str, Any]:
    """Return what `Start.config` holds, as far as it is known.

    Args:
        model: compiled or not.
        params: that Keras gives its callbacks: `epochs`, `steps`.
        fitting: what else is known of the running `fit`.
    """
    return {
        "model": _model(model),
        "optimizer": _optimizer(getattr(model, "optimizer", None)),
        "loss": _or_none(lambda: _serialized(model, "loss")),
        "metrics": _or_none(lambda: _serialized(model, "metrics")),
        "fit": {
            "epochs": params.get("epochs"),
            "steps_per_epoch": params.get("steps"),
            "batch_size": fitting.batch_size,
            "samples": fitting.samples,
        },
    }


def _or_none(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except Exception:  # noqa: BLE001 - a user's object may have no configuration: it is not known
        return None


def _serialized(model: Any, name: str) -> Any:
    config = model.get_compile_config() if hasattr(model, "get_compile_config") else None
    return (config or {}).get(name)


def _model(model: Any) -> dict[str, Any]:
    def count(weights: Any) -> int:
        return sum(_size(weight) for weight in weights)

    return {
        "class": type(model).__name__,
        "name": model.name,
        "parameters": count(model.weights),
        "trainable_parameters": count(model.trainable_weights),
    }


def _size(weight: Any) -> int:
    size = 1
    for extent in weight.shape:
        size *= int(extent)
    return size


def _optimizer(optimizer: Any) -> dict[str, Any] | None:
    if optimizer is None:
        return None
    config = _or_none(optimizer.get_config) or {}
    return {"class": type(optimizer).__name__, **config}


def describe_environment() -> dict[str, Any]:
    """Return what `Start.environment` holds."""
    import keras

    backend = keras.backend.backend()
    return {
        "graphscope": version("keras-graphscope"),
        "keras": keras.__version__,
        "backend": backend,
        "backend_version": getattr(sys.modules.get(backend), "__version__", None),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "hostname": socket.gethostname(),
        "devices": _or_none(keras.distribution.list_devices),
        "precision": keras.config.dtype_policy().name,
        "argv": sys.argv,
        "git_commit": _git_commit(Path.cwd()),
    }


def _git_commit(folder: Path) -> str | None:
    """Return the commit that is checked out, read from git's own files; None outside of git."""
    for each in (folder, *folder.parents):
        head = each / ".git" / "HEAD"
        if head.is_file():
            try:
                return _resolve(head)
            except OSError:
                return None  # No such branch yet, or not for us to read.
    return None


def _resolve(head: Path) -> str | None:
    text = head.read_text().strip()
    if not text.startswith("ref: "):
        return text
    reference = text.removeprefix("ref: ")
    loose = head.parent / reference
    if loose.is_file():
        return loose.read_text().strip()
    packed = (head.parent / "packed-refs").read_text().splitlines()
    return next((line.split()[0] for line in packed if line.endswith(f" {reference}")), None)


def find_rank() -> int:
    """Return this process's place among those that train together; 0 when it is alone."""
    import keras

    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        return int(jax.process_index())
    if backend == "torch":
        import torch.distributed

        together = torch.distributed.is_available() and torch.distributed.is_initialized()
        return int(torch.distributed.get_rank()) if together else 0
    return _tensorflow_rank()


def _tensorflow_rank() -> int:
    import json

    try:
        task = json.loads(os.environ.get("TF_CONFIG", "{}")).get("task", {})
        return int(task.get("index", 0))
    except (ValueError, AttributeError):
        return 0
