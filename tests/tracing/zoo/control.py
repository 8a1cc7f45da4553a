"""Loops and branches of keras.ops inside `call`."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from tests.tracing.zoo.examples import Example, by_name


class Controlled(keras.Model):
    """Holds two layers; the subclasses run them under control flow."""

    def __init__(self) -> None:
        super().__init__()
        self.left = layers.Dense(4, name="left")
        self.right = layers.Dense(4, name="right")


class Scanning(Controlled):
    def call(self, x: Any) -> Any:
        def step(carry: Any, each: Any) -> Any:
            carry = ops.tanh(self.left(carry) + self.right(each))
            return carry, carry * 2

        last, steps = ops.scan(step, ops.zeros_like(x[:, 0]), ops.transpose(x, (1, 0, 2)))
        return last + ops.sum(steps, axis=0)


def scan() -> Example:
    """`keras.ops.scan` over time, layers in its body."""
    return Scanning(), keras.KerasTensor((None, 6, 4))


class Looping(Controlled):
    def call(self, x: Any) -> Any:
        def body(count: Any, y: Any) -> Any:
            return count + 1, self.left(y)

        _, y = ops.while_loop(lambda count, _: count < 5, body, (0, x), maximum_iterations=5)
        return ops.fori_loop(0, 3, lambda _, each: self.right(each), y)


def loops() -> Example:
    """`while_loop` and `fori_loop`."""
    return Looping(), keras.KerasTensor((None, 4))


class Branching(Controlled):
    def call(self, x: Any) -> Any:
        y = ops.cond(ops.sum(x) > 0, lambda: self.left(x), lambda: self.right(x) * 2)
        return ops.switch(1, [self.left, self.right, ops.relu], y)


def branches() -> Example:
    """`cond` and `switch`."""
    return Branching(), keras.KerasTensor((None, 4))


class Mapping(Controlled):
    def call(self, x: Any) -> Any:
        mapped = ops.map(self.left, x)
        return mapped + ops.vectorized_map(lambda each: ops.sum(each) * each, self.right(x))


def mapping() -> Example:
    """`map` and `vectorized_map` over the batch."""
    return Mapping(), keras.KerasTensor((None, 3, 4))


class Nested(Controlled):
    def call(self, x: Any) -> Any:
        def inner(y: Any) -> Any:
            return ops.cond(ops.mean(y) > 0, lambda: self.left(y), lambda: self.right(y))

        return ops.fori_loop(0, 2, lambda _, y: ops.fori_loop(0, 3, lambda _, z: inner(z), y), x)


def nested_control() -> Example:
    """A branch in a loop in a loop."""
    return Nested(), keras.KerasTensor((None, 4))


class Associative(Controlled):
    def call(self, x: Any) -> Any:
        return ops.associative_scan(ops.add, self.left(x), axis=1)


def associative_scan() -> Example:
    """`associative_scan` over time."""
    return Associative(), keras.KerasTensor((None, 8, 4))


MODELS = by_name(scan, loops, branches, mapping, nested_control, associative_scan)
