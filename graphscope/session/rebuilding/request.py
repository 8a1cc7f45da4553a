"""Asking a child process for the graph of a model that it makes from its config."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from graphscope.graph import Graph
from graphscope.session.children.answers import take_graph
from graphscope.session.children.process import ChildEndedError, Job, ask
from graphscope.session.rebuilding.failures import NotRebuiltError
from graphscope.session.rebuilding.libraries import Library

SECONDS = 180.0
"""Importing the libraries takes 4, and 20 on a busy machine; making and tracing the largest model
of keras_hub that was tried takes as long again."""
MEMORY = 6 << 30
"""Bytes that may be allocated: the libraries take 0.7 GB, the graphs of the largest models 2."""
MOST = 1 << 30
"""Bytes of an answer."""

_MODULE = "graphscope.session.rebuilding.child"
_SET = {
    "CUDA_VISIBLE_DEVICES": "-1",  # Nothing is computed, and taking a GPU needs seconds.
    "JAX_PLATFORMS": "cpu",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "HF_HUB_OFFLINE": "1",
}


def rebuild(
    document: dict[str, Any],
    libraries: Sequence[Library],
    *,
    backend: str,
    ops: bool,
    in_order: bool = False,
) -> Graph:
    """Return the graph of what a config makes.

    Its metadata tells under `merge.PLACES` where Keras would store which weight.

    Args:
        document: the config; it must have been prepared.
        libraries: that are imported for it.
        backend: of Keras.
        ops: whether the graph has single operations.
        in_order: whether places are positions, as in HDF5 files (see `layout.find_positions`).

    Raises:
        GraphscopeError: when it would make what is not allowed, when the library cannot make it,
            or it takes too much.
    """
    task = {
        "document": document,
        "libraries": [library.module for library in libraries],
        "ops": ops,
        "in_order": in_order,
        "seconds": SECONDS,
        "memory": MEMORY,
    }
    environment = os.environ | _SET | {"KERAS_BACKEND": backend}
    try:
        return take_graph(ask(Job(_MODULE, task, environment, True, SECONDS, MOST), _say_nothing))
    except ChildEndedError as end:
        late = f"it took more than {SECONDS:g} seconds"
        raise NotRebuiltError(late if end.is_late else f"its process {end.how}") from end


def _say_nothing(_text: str) -> None:
    """Report to nobody."""
