"""What holds around every trace, on every backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from graphscope.errors import TraceError
from graphscope.graph import Graph
from graphscope.tracers.blame import explain_failure
from graphscope.tracers.versions import warn_of_untested_version

TITLES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


def check_traceable(model: Any, backend: str) -> None:
    """Check that a model can be traced by the tracer of a backend.

    Raises:
        TraceError: when Keras runs on another backend, or the value is no layer.
    """
    import keras

    running = keras.config.backend()
    if running != backend:
        raise TraceError(
            f"Keras runs on the {running} backend, this tracer needs {TITLES[backend]}.",
            f"Set KERAS_BACKEND={backend} before Keras is imported, or pass --backend {backend}.",
        )
    if not isinstance(model, keras.layers.Layer):
        raise TraceError(
            f"A Keras model or layer is needed, received {type(model).__name__}.",
            "Pass the model itself, not its class, its config or its path.",
        )
    warn_of_untested_version()


def is_built(model: Any) -> bool:
    """Whether all layers of a model have their weights.

    The first call of an unbuilt model would be recorded several times over, so it is built first.
    """
    return all(layer.built for layer in model._flatten_layers(include_self=True))


def skip_symbolic_builds(model: Any) -> None:
    """Let layers without a `build` of their own count as built; to be undone by `preserved`.

    Before it calls them for the first time, Keras runs them once to build what they hold. A model
    that fails would fail there, in a graph that is thrown away.
    """
    from keras.src.utils.python_utils import is_default

    for layer in model._flatten_layers(include_self=True):
        if is_default(layer.build):
            layer.built = True


@contextmanager
def failures_explained(
    model: Any, trace_to_failure: Callable[[TraceError], Graph] | None = None
) -> Iterator[None]:
    """Turn what a model raises into one sentence that names it.

    Args:
        model: the model that is called inside the block.
        trace_to_failure: calls it again and returns the graph up to where it fails.
    """
    try:
        yield
    except TraceError:
        raise
    except Exception as error:
        explained = explain_failure(model, error)
        if trace_to_failure is not None:
            try:
                explained.graph = trace_to_failure(explained)
            except Exception as second:  # noqa: BLE001 - the model's own error is the one to tell
                explained.add_note(f"The graph up to there could not be made: {second!r}")
        raise explained from error
