"""Hooks that are in place while one step is traced or run, and out again on every way out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from graphscope.monitor.probe.collector import Collector

_LOOPS = ("RNN", "SimpleRNN", "LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D",
          "TimeDistributed")  # fmt: skip
"""Layers whose sublayers run in a loop's body."""


@contextmanager
def collecting(collector: Collector) -> Iterator[None]:
    """Fill a collector with what happens in the block."""
    import keras

    backend = keras.backend.backend()
    with ExitStack() as stack:
        if collector.is_full:
            stack.enter_context(_layer_calls(collector))
        stack.enter_context(_optimizers(collector))
        if backend == "tensorflow":
            stack.enter_context(_tapes(collector))
        elif backend == "jax":
            stack.enter_context(_jax_gradients(collector))
            stack.enter_context(_stateless_calls(collector))
        elif backend == "torch":
            stack.enter_context(_backward(collector))
        stack.enter_context(_losses(collector))
        yield


@contextmanager
def replaced(owner: Any, name: str, make: Callable[[Any], Any]) -> Iterator[None]:
    """Replace an attribute of a class or module by what `make` returns of the original."""
    original = getattr(owner, name)
    is_own = name in vars(owner)
    setattr(owner, name, make(original))
    try:
        yield
    finally:
        if is_own:
            setattr(owner, name, original)
        else:
            delattr(owner, name)


def _layer_calls(collector: Collector) -> Any:
    import keras

    def make(original: Any) -> Any:
        def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N807
            loops = type(self).__name__ in _LOOPS or isinstance(self, keras.layers.RNN)
            collector.is_muted += loops
            try:
                outputs = original(self, *args, **kwargs)
            finally:
                collector.is_muted -= loops
            collector.take_call(self, outputs)
            return outputs

        return __call__

    return replaced(keras.layers.Layer, "__call__", make)


def _stateless_calls(collector: Collector) -> Any:
    """Look at the outputs of the model itself, which Keras's step on JAX does not `__call__`."""
    model = collector.watched.model

    def make(original: Any) -> Any:
        def stateless_call(self: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(self, *args, **kwargs)
            if self is model:
                collector.take_call(self, result[0])
            return result

        return stateless_call

    return replaced(type(model), "stateless_call", make)


def _losses(collector: Collector) -> Any:
    """Take what a model computes as its loss, and what part of it are penalties."""
    import keras

    model = collector.watched.model
    # JAX computes it inside of what is differentiated, which it may leave as a result only.
    may_leave = keras.backend.backend() != "jax"

    def make(original: Any) -> Any:
        def compute(self: Any, *args: Any, **kwargs: Any) -> Any:
            loss = original(self, *args, **kwargs)
            if self is model and loss is not None:
                if may_leave:
                    collector.take_loss(loss, is_sure=True)
                if collector.is_full and (penalties := self.losses):
                    collector.take_penalty(sum(penalties))
            return loss

        return compute

    return replaced(type(model), "_compute_loss", make)


def _optimizers(collector: Collector) -> Any:
    """Look at weights around each step of an optimizer, and at what it is given."""
    import keras

    stack = ExitStack()
    running: list[Any] = []

    def make(original: Any) -> Any:
        def apply(self: Any, grads: Any, trainable_variables: Any = None) -> Any:
            if running or collector.is_elsewhere():
                return original(self, grads, trainable_variables)
            running.append(self)
            try:
                weights = list(trainable_variables or self._trainable_variables)
                gradients = list(grads)
                collector.take_gradients(gradients, is_scaled=hasattr(self, "dynamic_scale"))
                if not collector.is_full:
                    return original(self, gradients, trainable_variables)
                before = [_copy(weight.value) for weight in weights]
                scale = getattr(self, "dynamic_scale", None)
                result = original(self, gradients, trainable_variables)
                after = [_copy(weight.value) for weight in weights]
                pairs = list(zip(weights, gradients, strict=True))
                collector.take_update(pairs, before, after, scale)
            finally:
                running.pop()
            return result

        return apply

    for kind in applying_classes(keras.optimizers.Optimizer):
        stack.enter_context(replaced(kind, "apply", make))
    return stack


def applying_classes(base: Any) -> list[Any]:
    """Return the classes of optimizers that have an `apply` of their own."""
    root = next(kind for kind in base.__mro__ if "apply" in vars(kind))
    found, waiting = [], [root]
    while waiting:
        kind = waiting.pop()
        if "apply" in vars(kind):
            found.append(kind)
        waiting += kind.__subclasses__()
    return list(dict.fromkeys(found))


def _copy(value: Any) -> Any:
    """Return a value that stays what it is when the weight is assigned to."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.identity(value)
    if keras.backend.backend() == "torch":
        return value.detach().clone()
    return value


def _tapes(collector: Collector) -> Any:
    import tensorflow as tf

    def make(original: Any) -> Any:
        def gradient(self: Any, target: Any, *args: Any, **kwargs: Any) -> Any:
            if getattr(target, "shape", None) is not None and target.shape.rank == 0:
                collector.take_loss(target, is_sure=False)
            return original(self, target, *args, **kwargs)

        return gradient

    return replaced(tf.GradientTape, "gradient", make)


def _backward(collector: Collector) -> Any:
    import torch

    def make(original: Any) -> Any:
        def backward(self: Any, *args: Any, **kwargs: Any) -> Any:
            if self.dim() == 0:
                collector.take_loss(self.detach(), is_sure=False)
            return original(self, *args, **kwargs)

        return backward

    return replaced(torch.Tensor, "backward", make)


@contextmanager
def _jax_gradients(collector: Collector) -> Iterator[None]:
    """Carry statistics out of what JAX differentiates, as an auxiliary value."""
    import jax

    real = jax.value_and_grad

    def value_and_grad(fun: Any, *args: Any, has_aux: bool = False, **options: Any) -> Any:
        inner = _Carried(collector, fun, has_aux=has_aux)
        differentiated = real(inner, *args, has_aux=True, **options)

        def call(*given: Any, **named: Any) -> Any:
            (loss, (aux, values, spreads)), gradients = differentiated(*given, **named)
            collector.merge(
                inner.named(values), dict(zip(inner.spread_names, spreads, strict=True))
            )
            collector.take_loss(_unscaled(loss, aux), is_sure=False)
            return ((loss, aux) if has_aux else loss), gradients

        return call

    def grad(fun: Any, *args: Any, has_aux: bool = False, **options: Any) -> Any:
        differentiated = value_and_grad(fun, *args, has_aux=has_aux, **options)

        def call(*given: Any, **named: Any) -> Any:
            value, gradients = differentiated(*given, **named)
            return (gradients, value[1]) if has_aux else gradients

        return call

    with ExitStack() as stack:
        stack.enter_context(replaced(jax, "value_and_grad", lambda _original: value_and_grad))
        stack.enter_context(replaced(jax, "grad", lambda _original: grad))
        yield


def _unscaled(loss: Any, aux: Any) -> Any:
    """Return the loss before it was scaled for narrow floats, as Keras's own step keeps it."""
    first = aux[0] if isinstance(aux, tuple) and aux else None
    return first if getattr(first, "shape", None) == () else loss


class _Carried:
    """A function that also returns what was collected while it ran."""

    def __init__(self, collector: Collector, function: Any, *, has_aux: bool) -> None:
        self._collector, self._function, self._has_aux = collector, function, has_aux
        self._names: list[tuple[tuple[str, str], int]] = []
        self.spread_names: list[tuple[str, str]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        collector = self._collector
        outer_values, outer_spreads = collector.values, collector.spreads
        collector.values, collector.spreads = defaultdict(list), {}
        try:
            result = self._function(*args, **kwargs)
            loss, aux = result if self._has_aux else (result, None)
            self._names = [(name, len(each)) for name, each in collector.values.items()]
            self.spread_names = list(collector.spreads)
            flat = [value for each in collector.values.values() for value in each]
            return loss, (aux, flat, list(collector.spreads.values()))
        finally:
            collector.values, collector.spreads = outer_values, outer_spreads

    def named(self, values: list[Any]) -> dict[tuple[str, str], list[Any]]:
        """Return carried values by their names."""
        left = iter(values)
        return {name: [next(left) for _ in range(count)] for name, count in self._names}
