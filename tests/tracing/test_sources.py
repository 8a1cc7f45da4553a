"""Nodes and scopes name the user's line that made them."""

from __future__ import annotations

import inspect

import keras
from keras import layers

from graphscope.graph import SourceLine
from graphscope.tracers import record_creation
from graphscope.tracers.tensorflow import trace
from tests.tracing import zoo


def _line_of(text: str, of: object) -> int:
    lines, start = inspect.getsourcelines(of)  # type: ignore[arg-type]
    return start + next(number for number, line in enumerate(lines) if text in line)


def _place(source: SourceLine | None) -> tuple[str, int] | None:
    return None if source is None else (source.file.rsplit("/", 1)[-1], source.line)


def test_calls_in_a_subclassed_model() -> None:
    model, inputs = zoo.subclassed()
    graph = trace(model, inputs)
    block = graph.scope_by_id["residual"]
    dense = graph.scope_by_id["residual/dense"]
    assert _place(block.source) == ("keras_models.py", _line_of("x = block(x)", zoo.Subclassed))
    assert _place(dense.source) == ("keras_models.py", _line_of("self.dense(", zoo.Residual))


def test_operations_of_the_user_and_of_keras() -> None:
    model, inputs = zoo.subclassed()
    graph = trace(model, inputs)
    assert _place(graph.node_by_id["residual/AddV2"].source) == (
        "keras_models.py",
        _line_of("return x + self.dense", zoo.Residual),
    )
    assert graph.node_by_id["residual/dense/MatMul"].source is None, "Keras's own line"


def test_functional_models_that_were_built_under_watch() -> None:
    with record_creation():
        x = keras.Input((4,))
        y = layers.Dense(3, name="first")(x)
        model = keras.Model(x, keras.ops.relu(y) + 1.0)
    graph = trace(model)
    here = test_functional_models_that_were_built_under_watch
    assert _place(graph.scope_by_id["first"].source) == (
        "test_sources.py",
        _line_of('name="first"', here),
    )
    relu = next(scope for scope in graph.scopes if scope.type == "Relu")
    assert _place(relu.source) == ("test_sources.py", _line_of("keras.ops.relu", here))
