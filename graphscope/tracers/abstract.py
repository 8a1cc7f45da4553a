"""Models that are built without allocating their weights.

Inside `values_on_demand` a variable gets its initial value when somebody first reads or writes it,
not when it is made. A program that only builds a model allocates nothing, however large the model
is; one that loads weights, trains or predicts gets the same numbers as ever.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any

from graphscope.tracers.patching import patched

WAITING = "uninitialized_variables"
"""Keras's list of variables that get their value when the next stateless scope ends."""

_active = threading.local()


@contextmanager
def values_on_demand() -> Iterator[None]:
    """Let the variables that this thread makes inside the block wait for their first use.

    A variable that is used after the block without having been used inside it would compute its
    initial value anew each time, so what is made inside belongs there. In a graph that is being
    traced for its shapes alone (any stateless scope of Keras) a variable goes on waiting.
    """
    import keras

    with ExitStack() as hooks:
        hooks.enter_context(patched(keras.Variable, "__init__", _wait))
        hooks.enter_context(patched(keras.Variable, "value", _give_value_to_readers))
        if keras.config.backend() == "tensorflow":
            # The other backends put the new value in the place of the old one, or read that first.
            hooks.enter_context(patched(keras.Variable, "_direct_assign", _give_value_to_writers))
        if keras.config.backend() == "torch":
            # PyTorch's own register of parameters reads all values; it is also made on demand.
            hooks.enter_context(patched(keras.layers.Layer, "_post_build", _skip))
        before = getattr(_active, "value", False)
        _active.value = True
        try:
            yield
        finally:
            _active.value = before


def count_waiting(model: Any) -> int:
    """Return how many variables of a model have no value yet."""
    return sum(_is_waiting(variable) for variable in model.variables)


def _is_waiting(variable: Any) -> bool:
    # Keras reads a variable's value also before its constructor has set the attribute.
    has_none = getattr(variable, "_value", None) is None
    return has_none and getattr(variable, "_initializer", None) is not None


def _wait(original: Callable[..., Any]) -> Callable[..., Any]:
    import keras
    from keras.src.backend.common import global_state

    @functools.wraps(original)
    def initialize(
        self: Any, initializer: Any, shape: Any = None, dtype: Any = None, **options: Any
    ) -> None:
        makes_value = callable(initializer) or isinstance(initializer, str)
        if not makes_value or not getattr(_active, "value", False):
            original(self, initializer, shape=shape, dtype=dtype, **options)
            return
        with keras.StatelessScope(initialize_variables=False):
            original(self, initializer, shape=shape, dtype=dtype, **options)
        waiting = global_state.get_global_attribute(WAITING)
        if waiting and waiting[-1] is self:
            waiting.pop()

    return initialize


def _give_value_to_readers(original: Any) -> Any:
    def value(self: Any) -> Any:
        _give_value(self)
        return original.fget(self)

    return property(value, doc=original.__doc__)


def _give_value_to_writers(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def assign(self: Any, value: Any) -> Any:
        _give_value(self)
        return original(self, value)

    return assign


def _give_value(variable: Any) -> None:
    import keras
    from keras.src.backend.common.stateless_scope import in_stateless_scope

    if _is_waiting(variable) and not in_stateless_scope():
        with _outside_of_traces(keras.config.backend()):
            variable._deferred_initialize()


def _outside_of_traces(backend: str) -> AbstractContextManager[Any]:
    """Return what makes a value a value also while a function is traced.

    Keras does so itself on TensorFlow.
    """
    if backend != "jax":
        return nullcontext()
    import jax

    context: AbstractContextManager[Any] = jax.ensure_compile_time_eval()
    return context


def _skip(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def post_build(self: Any) -> None:
        if not getattr(_active, "value", False):
            original(self)

    return post_build
