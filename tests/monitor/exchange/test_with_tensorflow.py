"""TensorBoard reads what we write, and we read what TensorFlow and Keras write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphscope.readers.tensorflow.events import holds_graph
from graphscope.readers.tensorflow.events import read as read_graph
from graphscope.runs.exchange import find_event_runs, read_event_run, to_records, write_events
from tests.unit.runs.exchange.parts import some_run

pytestmark = pytest.mark.tensorflow


def accumulate(folder: Path) -> Any:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0, "histograms": 0})
    accumulator.Reload()
    return accumulator


def test_tensorboard_reads_what_we_write(tmp_path: Path) -> None:
    write_events(to_records(some_run()), tmp_path)
    train, validation = accumulate(tmp_path / "train"), accumulate(tmp_path / "validation")
    assert set(train.Tags()["scalars"]) == {
        "loss", "time/wait", "late", "epoch_loss",
        "layers/net/dense/gradient_norm", "layers/@input/max",
    }  # fmt: skip
    loss = train.Scalars("loss")
    assert [event.step for event in loss] == [1, 2, 3]
    assert [event.wall_time for event in loss] == [101.0, 102.0, 103.0]
    assert repr([event.value for event in loss]) == "[0.5, nan, inf]"
    assert [event.value for event in validation.Scalars("epoch_loss")] == [0.75, 1.5]
    first, _ = train.Histograms("net/dense/weight")
    spread = first.histogram_value
    assert (first.step, spread.min, spread.max, spread.num) == (1, -1.0, 1.0, 8.0)
    assert (spread.bucket_limit, spread.bucket) == ([-1.0, 0.0, 1.0], [0.0, 3.0, 5.0])


def test_tensorboards_page_can_show_what_we_write(tmp_path: Path) -> None:
    """What its server serves goes through a migration of old forms, which must take ours."""
    from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
    from tensorboard.util import tensor_util

    write_events(to_records(some_run()), tmp_path)
    accumulator = EventAccumulator(str(tmp_path / "train"), tensor_size_guidance={"scalars": 0})
    accumulator.Reload()
    plugins = {tag: accumulator.SummaryMetadata(tag).plugin_data.plugin_name
               for tag in ("loss", "net/dense/weight")}  # fmt: skip
    assert plugins == {"loss": "scalars", "net/dense/weight": "histograms"}
    rows = tensor_util.make_ndarray(accumulator.Tensors("net/dense/weight")[0].tensor_proto)
    assert rows[:, 2].sum() == 8
    assert (rows[rows[:, 2] > 0][0, 0], rows[-1, 1]) == (-1.0, 1.0)


def test_we_read_what_tf_summary_writes(tmp_path: Path) -> None:
    import tensorflow as tf

    numbers = np.random.default_rng(0).normal(size=1_000)
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        for step in range(5):
            tf.summary.scalar("loss", 1 / (step + 1), step=step)
        tf.summary.histogram("dense/kernel", numbers, step=4, buckets=10)
        tf.summary.text("words", "hello", step=0)
        tf.summary.image("picture", np.zeros((1, 4, 4, 3)), step=0)
    writer.close()
    value = tf.compat.v1.Summary.Value(tag="accuracy", simple_value=0.5)
    with tf.Graph().as_default() as graph:
        old = tf.compat.v1.summary.FileWriter(str(tmp_path / "validation"), graph=graph)
        old.add_summary(tf.compat.v1.Summary(value=[value]), 7)
        old.close()
    run = read_event_run(tmp_path)
    np.testing.assert_allclose(run.steps["loss"].values, [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5], rtol=1e-6)
    assert run.steps["loss"].steps.tolist() == [0, 1, 2, 3, 4]
    assert (run.steps["val_accuracy"].steps.tolist(), run.steps["val_accuracy"].values[0]) == (
        [7], 0.5
    )  # fmt: skip
    ((step, histogram),) = run.histograms["dense"]["kernel"]
    expected, edges = np.histogram(numbers, 10)
    assert (step, histogram.counts) == (4, tuple(expected.tolist()))
    np.testing.assert_allclose(histogram.edges, edges)
    assert set(run.steps) == {"loss", "val_accuracy"}
    assert run.notes == ()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
def test_we_read_what_keras_writes(tmp_path: Path) -> None:
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)])
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = np.ones((64, 4), "float32"), np.ones((64, 3), "float32")
    callback = keras.callbacks.TensorBoard(
        str(tmp_path), update_freq="batch", histogram_freq=1, write_graph=True
    )
    history = model.fit(
        x, y, batch_size=16, epochs=3, validation_data=(x, y), verbose=0, callbacks=[callback]
    )
    assert find_event_runs(tmp_path) == [tmp_path]
    run = read_event_run(tmp_path)
    for name in ("loss", "mae", "val_loss", "val_mae"):
        np.testing.assert_allclose(run.epochs[name].values, history.history[name], rtol=1e-5)
        assert run.epochs[name].steps.tolist() == [0, 1, 2]
    assert len(run.steps["loss"]) == 12
    (layer,) = run.histograms
    assert "dense" in layer
    assert [step for step, _ in run.histograms[layer]["kernel"]] == [0, 1, 2]
    assert {sum(each.counts) for _, each in run.histograms[layer]["kernel"]} == {12}
    assert run.notes == ()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's own
def test_the_model_that_keras_keeps_is_opened(tmp_path: Path) -> None:
    import keras

    inputs = keras.Input((8, 8, 3), name="image")
    x = keras.layers.Conv2D(4, 3, activation="relu", name="conv")(inputs)
    outputs = keras.layers.Dense(3, name="out")(keras.layers.Flatten(name="flat")(x))
    model = keras.Model(inputs, outputs, name="net")
    model.compile("sgd", "mse")
    callback = keras.callbacks.TensorBoard(str(tmp_path), write_graph=True)
    x, y = np.ones((4, 8, 8, 3), "float32"), np.ones((4, 3), "float32")
    model.fit(x, y, validation_data=(x, y), verbose=0, callbacks=[callback])
    graph = read_graph(tmp_path)
    assert graph.name == "net"
    assert [layer.name for layer in graph.layers] == ["net", "image", "conv", "flat", "out"]
    assert [graph.spec(port).shape[1:] for port in graph.outputs] == [(3,)]
    assert holds_graph(tmp_path)


def test_graphs_that_tensorflow_keeps_are_opened(tmp_path: Path) -> None:
    import tensorflow as tf

    @tf.function
    def compute(x: Any) -> Any:
        return tf.nn.relu(x @ tf.ones((3, 4)))

    writer = tf.summary.create_file_writer(str(tmp_path / "exported"))
    with writer.as_default():
        tf.summary.trace_on(graph=True, profiler=False)
        compute(tf.ones((2, 3)))
        tf.summary.trace_export("step", step=0)
    writer.close()
    writer = tf.summary.create_file_writer(str(tmp_path / "graph"))
    with writer.as_default():
        tf.summary.graph(compute.get_concrete_function(tf.TensorSpec((2, 3))).graph)
    writer.close()
    with tf.Graph().as_default() as old:
        tf.nn.relu(tf.compat.v1.placeholder(tf.float32, (2, 3)))
        tf.compat.v1.summary.FileWriter(str(tmp_path / "old"), graph=old).close()
    for name in ("exported", "graph", "old"):
        assert "Relu" in {node.type for node in read_graph(tmp_path / name).nodes}, name
