"""Shapes of graphs that state none, against those that TensorFlow infers for the same graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from graphscope.graph import TensorSpec
from graphscope.readers.tensorflow.definitions import GraphDef
from graphscope.readers.tensorflow.document import Origin, _begin
from graphscope.readers.tensorflow.graph_def import _find_entry
from graphscope.readers.tensorflow.known_variables import KnownVariables
from graphscope.readers.tensorflow.unfolding.program import RegionKind, walk_steps

layers = keras.layers


def compare(definition: Any) -> Iterator[tuple[str, Any, TensorSpec]]:
    """Yield the type of each operation with a tensor of TensorFlow's and what we say of it."""
    theirs = tf.Graph()
    with theirs.as_default():
        tf.import_graph_def(definition, name="")
    ours = GraphDef(memoryview(definition.SerializeToString()))
    draft = _begin(ours, _find_entry(ours), Origin("model", {}), KnownVariables())
    for step in walk_steps(draft.whole):
        if step.region.kind is RegionKind.WHOLE:
            tensors = theirs.get_operation_by_name(step.node.name).outputs
            specs = draft.specs.read(step)
            assert len(tensors) == len(specs), step.node
            yield from ((step.node.op, *pair) for pair in zip(tensors, specs, strict=True))


def find_unlike(definition: Any) -> list[str]:
    """Return where we know less than TensorFlow, or something else."""
    unlike = []
    for type_, tensor, spec in compare(definition):
        if tensor.dtype == tf.resource:  # a handle, not a tensor of a model
            continue
        known = tensor.shape.as_list() if tensor.shape.rank is not None else None
        found = None if spec.shape is None else list(spec.shape)
        is_same = known is None or (
            found is not None
            and len(found) == len(known)
            and all(a is None or a == b for a, b in zip(known, found, strict=True))
        )
        if not is_same or spec.dtype != tensor.dtype.base_dtype.name:
            unlike.append(f"{type_} {tensor.name}: {known}, not {spec}")
    return unlike


def freeze(function: Callable[..., Any], *specs: tf.TensorSpec, lower: bool = True) -> Any:
    concrete = tf.function(function).get_concrete_function(*specs)
    frozen = convert_variables_to_constants_v2(concrete, lower_control_flow=lower)
    return frozen.graph.as_graph_def()


def recurrent() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((None, 3)),
            layers.LSTM(4, return_sequences=True),
            layers.Bidirectional(layers.GRU(3, return_sequences=True)),
            layers.SimpleRNN(4, return_sequences=True),
            layers.RNN([layers.GRUCell(4), layers.LSTMCell(5)]),
            layers.Dense(2),
        ]
    )


def masked() -> keras.Model:
    inputs = keras.Input((12,), dtype="int32")
    x = layers.Embedding(40, 8, mask_zero=True)(inputs)
    x = layers.LSTM(6, return_sequences=True)(x)
    x = layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True)
    return keras.Model(inputs, layers.TimeDistributed(layers.Dense(3))(x))


def convolutional() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((24, 24, 3)),
            layers.DepthwiseConv2D(3, depth_multiplier=2),
            layers.SeparableConv2D(4, 3, dilation_rate=2),
            layers.Conv2DTranspose(3, 3, strides=2),
            layers.Reshape((-1, 3)),
            layers.Conv1D(4, 3, padding="causal", dilation_rate=2),
            layers.GlobalMaxPooling1D(),
        ]
    )


@pytest.mark.parametrize("lower", [True, False], ids=["lowered", "functions"])
@pytest.mark.parametrize("make", [recurrent, masked, convolutional])
def test_a_frozen_model_has_the_shapes_that_tensorflow_infers(
    make: Callable[[], keras.Model], lower: bool
) -> None:
    model = make()
    (inputs,) = model.inputs
    spec = tf.TensorSpec((None, *inputs.shape[1:]), inputs.dtype)
    assert not find_unlike(freeze(model, spec, lower=lower))


def test_the_length_of_a_sequence_keeps_its_name_behind_a_loop() -> None:
    model = recurrent()
    definition = freeze(model.layers[0], tf.TensorSpec((None, None, 3)))
    named = [spec.shape for type_, _, spec in compare(definition) if type_ == "Transpose"]
    assert named == [("T", "B", 3), ("B", "T", 4)]


def old_loop() -> None:
    x = tf.compat.v1.placeholder(tf.float32, (None, 5, 3), name="x")
    rows = tf.map_fn(lambda row: tf.reduce_sum(row, 0), x)
    tf.identity(rows * 2.0, name="y")


def old_choice() -> None:
    x = tf.compat.v1.placeholder(tf.float32, (4, 3), name="x")
    chosen = tf.compat.v1.where(tf.reduce_sum(x, 1) > 0, x, -x)
    tf.identity(chosen, name="y")


def old_quantized() -> None:
    x = tf.compat.v1.placeholder(tf.float32, (1, 8, 8, 3), name="x")
    x, low, high = tf.quantization.quantize(x, 0.0, 1.0, tf.quint8)
    kernel, *kernel_range = tf.quantization.quantize(tf.ones((3, 3, 3, 4)), 0.0, 1.0, tf.quint8)
    ops = tf.raw_ops
    y, low, high = ops.QuantizedConv2D(
        input=x, filter=kernel, min_input=low, max_input=high, min_filter=kernel_range[0],
        max_filter=kernel_range[1], strides=[1, 1, 1, 1], padding="SAME",
    )  # fmt: skip
    wanted = ops.RequantizationRange(input=y, input_min=low, input_max=high)
    y, low, high = ops.Requantize(
        input=y, input_min=low, input_max=high, requested_output_min=wanted[0],
        requested_output_max=wanted[1], out_type=tf.quint8,
    )  # fmt: skip
    y, low, high = ops.QuantizedMaxPool(
        input=y, min_input=low, max_input=high, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1],
        padding="SAME",
    )  # fmt: skip
    y, low, high = ops.QuantizedReshape(tensor=y, shape=[1, -1], input_min=low, input_max=high)
    tf.identity(tf.quantization.dequantize(y, low, high), name="y")


def old_input() -> None:
    data = tf.data.Dataset.from_tensor_slices(tf.ones((4, 3))).batch(2)
    rows = tf.compat.v1.data.make_one_shot_iterator(data).get_next()
    queue = tf.compat.v1.FIFOQueue(10, [tf.float32], shapes=[(3,)])
    queue.enqueue([rows[0]])
    tf.identity(rows * 2.0, name="y")


@pytest.mark.parametrize("build", [old_loop, old_choice, old_quantized, old_input])
def test_a_graph_of_tensorflow_1_has_the_shapes_that_tensorflow_infers(
    build: Callable[[], None],
) -> None:
    tf.compat.v1.disable_control_flow_v2()
    try:
        with tf.Graph().as_default() as graph:
            build()
    finally:
        tf.compat.v1.enable_control_flow_v2()
    assert not find_unlike(graph.as_graph_def())


def read_text(text: Any) -> Any:
    words = tf.strings.split(tf.strings.lower(tf.strings.regex_replace(text, "a", "b")))
    places = tf.strings.to_hash_bucket_fast(tf.strings.upper(text), 7)
    return tf.unique(places), words.values


def parse(text: Any) -> Any:
    features = {
        "dense": tf.io.FixedLenFeature([3, 2], tf.float32),
        "words": tf.io.VarLenFeature(tf.string),
        "one": tf.io.FixedLenFeature([], tf.int64),
    }
    found = tf.io.parse_example(text, features)
    return found["dense"], found["one"], found["words"].values, found["words"].indices


def find_boxes(boxes: Any) -> Any:
    scores = tf.reduce_sum(boxes, 1)
    image = tf.ones((2, 32, 32, 3))
    owners = tf.zeros_like(scores, tf.int32)
    crops = tf.image.crop_and_resize(image, boxes, owners, (7, 9))
    padded = tf.raw_ops.NonMaxSuppressionV4(
        boxes=boxes,
        scores=scores,
        max_output_size=5,
        iou_threshold=0.5,
        score_threshold=0.1,
        pad_to_max_output_size=True,
    )
    return crops, *padded, tf.image.non_max_suppression(boxes, scores, 5)


def transform(x: Any) -> Any:
    spectrum = tf.signal.rfft(x)
    return tf.signal.irfft(spectrum), tf.signal.rfft2d(x), tf.linalg.band_part(x, 1, 1)


def scatter(x: Any) -> Any:
    ids = tf.range(tf.shape(x)[0]) % 3
    return (
        tf.math.unsorted_segment_sum(x, ids, 3),
        tf.math.segment_sum(x, ids),
        tf.scatter_nd(tf.constant([[1], [2]]), tf.ones((2, 4)), (5, 4)),
        tf.dynamic_partition(x, ids, 2),
        tf.raw_ops.DenseBincount(input=ids, size=4, weights=[0.0]),
        tf.bitcast(x, tf.int32),
        tf.bitcast(tf.bitcast(x, tf.uint8), tf.float32),
    )


def quantize(x: Any) -> Any:
    found, low, high = tf.quantization.quantize(x, -1.0, 1.0, tf.qint8)
    back = tf.quantization.dequantize(found, low, high)
    return tf.quantization.quantize_and_dequantize_v2(back, -1.0, 1.0)


def differentiate(x: Any) -> Any:
    kernel = tf.ones((3, 3, 3, 4))
    with tf.GradientTape() as tape:
        tape.watch([x, kernel])
        y = tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), tf.zeros(4))
        y = tf.nn.avg_pool2d(tf.nn.elu(tf.nn.relu6(y)), 2, 2, "VALID")
        y = tf.nn.max_pool2d(tf.tanh(y), 2, 2, "VALID")[:, 0, 0]
        loss = tf.nn.softmax_cross_entropy_with_logits(tf.ones_like(y), tf.sigmoid(y))
    return tape.gradient(loss, [x, kernel])


def take_apart(x: Any) -> Any:
    batch, height, width, channels = tf.unstack(tf.shape(x))
    return tf.reshape(x, (batch, height * width, channels))


def blocks(x: Any) -> Any:
    spread = tf.space_to_batch(x, (2, 2), [[0, 0], [1, 1]])
    return tf.batch_to_space(spread, (2, 2), [[0, 0], [1, 1]])


FUNCTIONS = [
    (read_text, tf.TensorSpec((6,), tf.string)),
    (parse, tf.TensorSpec((6,), tf.string)),
    (find_boxes, tf.TensorSpec((6, 4))),
    (transform, tf.TensorSpec((2, 6, 8))),
    (scatter, tf.TensorSpec((6, 4))),
    (quantize, tf.TensorSpec((2, 3))),
    (differentiate, tf.TensorSpec((2, 8, 8, 3))),
    (take_apart, tf.TensorSpec((2, 4, 6, 3))),
    (blocks, tf.TensorSpec((2, 4, 6, 3))),
]


@pytest.mark.parametrize(
    ("function", "spec"), FUNCTIONS, ids=[each.__name__ for each, _ in FUNCTIONS]
)
def test_operations_have_the_shapes_that_tensorflow_infers(
    function: Callable[..., Any], spec: tf.TensorSpec
) -> None:
    assert not find_unlike(freeze(function, spec))


def test_values_that_a_table_holds_have_the_shape_of_its_keys(tmp_path: Any) -> None:
    values = tf.lookup.KeyValueTensorInitializer(np.array([0, 1]), np.array(["x", "y"]))
    table = tf.lookup.StaticHashTable(values, "?")
    assert not find_unlike(freeze(table.lookup, tf.TensorSpec((None, 3), tf.int64)))
