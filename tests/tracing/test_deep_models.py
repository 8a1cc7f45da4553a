"""Models deeper than the recursion limit: Keras needs a higher one to build them, we do not."""

from __future__ import annotations

import sys
from pathlib import Path

import keras
from keras import layers

from graphscope.analysis.inventory import take_inventory
from graphscope.readers.keras.archive_file import read
from graphscope.tracers.tensorflow import trace

DEPTH = 3000


def test_a_deep_model_is_traced_and_read_at_the_usual_limit(tmp_path: Path) -> None:
    limit = sys.getrecursionlimit()
    x = y = keras.Input((4,))
    for _ in range(DEPTH):
        y = layers.Activation("relu")(y)
    try:
        sys.setrecursionlimit(10 * DEPTH)
        model = keras.Model(x, y)
        model.save(tmp_path / "deep.keras")
    finally:
        sys.setrecursionlimit(limit)
    assert limit < DEPTH
    found = take_inventory(trace(model))
    assert (found.ops, found.unowned_ops, found.consistency.ok) == (DEPTH, 0, True)
    assert len(read(tmp_path / "deep.keras").nodes) == DEPTH + 1
