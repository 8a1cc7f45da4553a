"""The fast import of definitions infers what TensorFlow's own does."""

from __future__ import annotations

import pytest

from graphscope.graph import to_json
from graphscope.tracers.tensorflow import importing, trace
from tests.tracing.zoo import ZOO


def test_this_tensorflow_has_what_it_needs() -> None:
    assert importing.IS_FAST


@pytest.mark.parametrize(
    "name", ["digits", "shared_encoder", "masked_attention", "masked_recurrent", "gpt_like"]
)
def test_the_graph_is_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, inputs = ZOO[name]()
    fast = trace(model, inputs)
    monkeypatch.setattr(importing, "IS_FAST", False)
    assert to_json(trace(model, inputs)) == to_json(fast)


def test_sizes_that_do_not_fit_are_a_value_error() -> None:
    import tensorflow as tf

    source = tf.Graph()
    with source.as_default():
        first = tf.compat.v1.placeholder("float32", (None, 3))
        tf.matmul(first, tf.compat.v1.placeholder("float32", (3, None), name="second"))
    graph = tf.Graph()
    with graph.as_default():
        wrong = tf.compat.v1.placeholder("float32", (2, 4))
        with pytest.raises(ValueError, match="must be equal"):
            importing.import_definition(graph, source.as_graph_def(), {first.name: wrong})
