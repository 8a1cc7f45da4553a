"""Models in which NaN or infinity arises by one operation, once a batch holds a certain row."""

from __future__ import annotations

from typing import Any

TRIGGER = {
    "log of zero": 0.0,
    "division by zero": 0.0,
    "overflow": 300.0,
    "loss": 0.0,
    "sqrt": 0.0,
    "own gradient": 0.0,
}
"""What a row is filled with."""


def make(case: str, *, dropout: float = 0.0) -> Any:
    """Return a compiled model; in each but "healthy" one operation does not take every number."""
    import keras

    keras.utils.set_random_seed(5)
    layers = keras.layers
    inputs = keras.Input((4,))
    hidden = inputs if case in ("healthy", "loss") else _layer(case)(inputs)
    if dropout:
        hidden = layers.Dropout(dropout)(hidden)
    hidden = layers.Dense(6, activation="tanh", name="first")(layers.Dense(5)(hidden))
    outputs = layers.Dense(1, name="last")(hidden)
    if case == "loss":
        outputs = layers.Multiply()([outputs, layers.Dense(1, use_bias=False)(inputs)])
    model = keras.Model(inputs, outputs, name="net")
    model.compile(keras.optimizers.SGD(0.001), _loss if case == "loss" else "mse")
    return model


def _loss(_targets: Any, outputs: Any) -> Any:
    from keras import ops

    return -ops.log(ops.abs(outputs))  # loss


def _layer(case: str) -> Any:
    import keras
    from keras import ops

    class Sick(keras.layers.Layer):
        def build(self, shape: Any) -> None:
            self.scale = self.add_weight(shape=(shape[-1],), initializer="ones")

        def call(self, x: Any) -> Any:
            scaled = x * self.scale
            if case == "log of zero":
                return ops.log(ops.abs(scaled))  # log of zero
            if case == "division by zero":
                return 1.0 / scaled  # division by zero
            if case == "overflow":
                return ops.exp(scaled)  # overflow
            if case == "masked":
                is_there = scaled > 0
                logged = ops.log(ops.abs(ops.stop_gradient(scaled)))
                return ops.where(is_there, logged, 0.0) * self.scale
            if case == "own gradient":
                return _halved()(scaled)  # own gradient
            return ops.sqrt(scaled)  # sqrt

    return Sick(name="sick")


def _halved() -> Any:
    import keras
    from keras import ops

    @keras.ops.custom_gradient
    def halved(x: Any) -> Any:
        def backward(*args: Any, upstream: Any = None) -> Any:
            upstream = args[0] if upstream is None else upstream
            return upstream * (0.5 / x)  # own gradient, backward

        return ops.abs(x) * 0.5, backward

    return halved
