"""Variables that a model creates while it is traced, without values."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from graphscope.tracers.patching import patched

_abstract = threading.local()


@contextmanager
def abstract_variables() -> Iterator[None]:
    """Accept variables with a constant initial value, which Keras refuses in a stateless scope."""
    import keras

    with patched(keras.Variable, "__init__", _accept_constants):
        _abstract.active = True
        try:
            yield
        finally:
            _abstract.active = False


def _accept_constants(original: Callable[..., Any]) -> Callable[..., Any]:
    import keras

    @functools.wraps(original)
    def initialize(
        self: Any, initializer: Any, shape: Any = None, dtype: Any = None, **options: Any
    ) -> None:
        is_constant = not callable(initializer) and not isinstance(initializer, str)
        if getattr(_abstract, "active", False) and is_constant:
            value = np.asarray(initializer)
            shape = value.shape
            dtype = dtype or _dtype_of(initializer, value)
            initializer = keras.initializers.Zeros()
        original(self, initializer, shape=shape, dtype=dtype, **options)

    return initialize


def _dtype_of(initializer: Any, value: np.ndarray[Any, Any]) -> str:
    """Return the dtype that Keras gives a variable that starts as a constant."""
    import keras

    given = getattr(initializer, "dtype", None)
    if given is not None:
        return str(keras.backend.standardize_dtype(given))
    if value.dtype.kind == "f":
        return str(keras.config.floatx())
    return "int32" if value.dtype.kind == "i" else str(value.dtype)
