"""FLOPs of loops against counts by hand: the work of one trip, times the trips."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from graphscope.analysis import estimate_costs
from graphscope.tracers.tensorflow import trace

BATCH, STEPS, WIDTH, UNITS = 3, 7, 5, 4


def flops_by_scope(layer: Any) -> dict[str, int | None]:
    x = keras.Input(batch_shape=(BATCH, STEPS, WIDTH))
    graph = trace(keras.Model(x, layer(x)))
    flops = estimate_costs(graph, BATCH).flops
    return {scope.id: flops[scope.id] for scope in graph.scopes}


def test_lstm() -> None:
    flops = flops_by_scope(layers.LSTM(UNITS, name="layer"))
    products = 2 * 4 * UNITS * (WIDTH + UNITS)
    # Their sum and the bias; three sigmoids, two tanh, three products, one sum.
    rest = 2 * 4 * UNITS + (3 + 2 + 3 + 1) * UNITS
    assert flops["layer/while/body/lstm_cell"] == BATCH * STEPS * (products + rest)


def test_gru() -> None:
    flops = flops_by_scope(layers.GRU(UNITS, reset_after=False, name="layer"))
    products = 2 * 3 * UNITS * (WIDTH + UNITS)
    # The bias, and for each gate the sum of its products; two sigmoids, a tanh; r * h; then
    # z * h + (1 - z) * candidate: three products and sums, and one difference.
    rest = 2 * 3 * UNITS + (2 + 1 + 1 + 4) * UNITS
    assert flops["layer/while/body/gru_cell"] == BATCH * STEPS * (products + rest)


def test_a_recurrence_in_a_recurrence_has_its_trips_multiplied() -> None:
    inner = layers.SimpleRNN(UNITS, name="inner")
    x = keras.Input((2, STEPS, WIDTH))
    graph = trace(keras.Model(x, layers.TimeDistributed(inner, name="outer")(x)))
    flops = estimate_costs(graph, BATCH).flops
    one = 2 * UNITS * (WIDTH + UNITS) + 2 * UNITS + UNITS
    cells = [
        flops[scope.id]
        for scope in graph.scopes
        if scope.type == "SimpleRNNCell" and "while" in scope.id
    ]
    assert sum(found or 0 for found in cells) == BATCH * 2 * STEPS * one


class Accumulate(layers.Layer):
    """A running sum of squares, as a scan along time."""

    def call(self, x: Any) -> Any:
        turned = ops.transpose(x, (1, 0, 2))

        def step(carry: Any, frame: Any) -> tuple[Any, Any]:
            total = carry + ops.square(frame)
            return total, total

        return ops.scan(step, ops.zeros_like(turned[0]), turned)[1]


def test_scan() -> None:
    flops = flops_by_scope(Accumulate(name="layer"))
    bodies = [found for scope, found in flops.items() if scope.endswith("/body")]
    # A square and a sum for each element; beside them only the counters of the loop.
    assert len(bodies) == 1
    work = BATCH * STEPS * WIDTH * 2
    assert work <= (bodies[0] or 0) <= work + 8 * STEPS
