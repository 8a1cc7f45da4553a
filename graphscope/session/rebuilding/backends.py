"""On which backend of Keras a model is rebuilt."""

from __future__ import annotations

import os
from importlib.util import find_spec

from graphscope import plugins
from graphscope.session.rebuilding.failures import NotRebuiltError

_QUICKEST_FIRST = ("tensorflow", "jax", "torch")
"""keras_hub imports TensorFlow whatever the backend is, and any other comes on top: on two
processors it was there after 4, 9 and 7 seconds."""


def find_backend(wanted: str | None) -> str:
    """Return the backend to use.

    Args:
        wanted: the user's choice; None for the one that `KERAS_BACKEND` asks for where it can be
            used, or else the quickest that is installed.

    Raises:
        NotRebuiltError: when it is not installed, or none is.
    """
    traced = plugins.registered("tracers")
    choices = (wanted,) if wanted else (os.environ.get("KERAS_BACKEND", ""), *_QUICKEST_FIRST)
    for name in choices:
        if name in traced and find_spec(name) is not None:
            return name
    raise NotRebuiltError(f"{wanted or 'a backend of Keras'} is not installed")
