"""The reader's rules of operations (`keras.ops`) against Keras: shapes and dtypes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from graphscope.graph import TensorSpec
from tests.tracing.test_reader_against_keras import agree, save_and_read

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:NotImplemented should not:DeprecationWarning"),
]

Operation = Callable[[Any], Any]


def ones(*shape: int) -> Any:
    return np.ones(shape, "float32")


def swap(x: Any) -> Any:
    return ops.transpose(x, (0, 2, 1))


ON_SEQUENCES: dict[str, Operation] = {
    "einsum": lambda x: [
        ops.einsum("bij,bkj->bik", x, x),
        ops.einsum("bij->bji", x),
        ops.einsum("...ij,...jk->...ik", x, swap(x)),
        ops.einsum("bij,jk->bik", x, ones(4, 7)),
    ],
    "products": lambda x: [
        ops.matmul(x, ones(4, 7)),
        ops.matmul(x, ones(4)),
        ops.matmul(ones(5, 6), x),
        x @ swap(x),
        ops.dot(x, ones(4, 3)),
        ops.tensordot(x, ones(4, 3), axes=1),
        ops.tensordot(x, ones(6, 4, 2), axes=[[1, 2], [0, 1]]),
        ops.outer(ops.ravel(x), ones(3)),
    ],
    "constants": lambda x: [x + ones(4), x * ones(3, 1, 6, 4), 1 - x, x + ops.arange(4.0)],
    "splits": lambda x: [
        *ops.split(x, 2, axis=1),
        *ops.split(x, [1, 3], axis=-1),
        *ops.unstack(x, axis=1),
    ],
    "picks": lambda x: [
        ops.take(x, [0, 2], axis=1),
        ops.take(x, 1, axis=1),
        ops.take(x, [[1, 2]]),
        ops.take_along_axis(x, np.zeros((1, 1, 4), "int32"), axis=1),
        *ops.top_k(x, 2),
        ops.where(x > 0, x, 0.0),
    ],
    "places": lambda x: [
        ops.argmax(x, axis=-1),
        ops.argmin(x, axis=1, keepdims=True),
        ops.argmax(x),
        ops.argsort(x, axis=-1),
        ops.sort(x, axis=1),
        ops.digitize(x, np.array([0.0, 1.0])),
        ops.count_nonzero(x, axis=1),
        ops.one_hot(ops.argmax(x, -1), 5),
        ops.one_hot(ops.argmax(x, -1), 5, axis=1),
    ],
    "sums": lambda x: [
        ops.cumsum(x, axis=1),
        ops.cumsum(x),
        ops.norm(x, axis=-1),
        ops.norm(x, axis=(1, 2), keepdims=True),
        ops.quantile(x, 0.5, axis=1),
        ops.quantile(x, [0.1, 0.5], axis=1),
        ops.average(x, axis=1),
        ops.amax(x, axis=1),
        *ops.moments(x, axes=[1], keepdims=True),
        ops.logsumexp(x, axis=(1, 2)),
    ],
    "moves": lambda x: [
        ops.roll(x, 1, axis=1),
        ops.flip(x, axis=1),
        ops.rot90(x),
        ops.swapaxes(x, 1, 2),
        ops.moveaxis(x, 1, 2),
        ops.moveaxis(x, (0, 1), (-1, 0)),
        ops.ravel(x),
        ops.diagonal(x, offset=1, axis1=1, axis2=2),
        ops.trace(x, axis1=1, axis2=2),
        ops.tril(x),
    ],
    "repeats": lambda x: [
        ops.tile(x, 2),
        ops.tile(x, [2, 1, 1, 1]),
        ops.repeat(x, 3),
        ops.repeat(x, [1, 2, 1, 1, 1, 1], axis=1),
        ops.pad(x, (1, 2)),
        ops.expand_dims(x, (1, 3)),
        ops.reshape(x, (ops.shape(x)[0], 24)),
        ops.linspace(x, x + 1, 5),
    ],
    "items": lambda x: [
        x[:, None],
        x[..., None],
        x[:, None, :, 0],
        x[:, 1:-1, ::-1],
        x[:, :100],
    ],
    "joins": lambda x: [
        ops.vstack([x, x]),
        ops.hstack([x, x]),
        ops.append(x, x, axis=1),
        ops.append(x, x),
        ops.cross(x[..., :3], x[..., :3]),
    ],
    "networks": lambda x: [
        ops.glu(x),
        ops.sparsemax(x),
        ops.batch_normalization(x, ones(4), ones(4), axis=-1),
        ops.categorical_crossentropy(x, x),
        ops.binary_crossentropy(x, x),
        ops.sparse_categorical_crossentropy(ops.argmax(x, -1), x),
        ops.dot_product_attention(x[:, :, None], x[:, :3, None], x[:, :3, None]),
    ],
    "small": lambda x: [
        x + ops.cast(x, "float16"),
        ops.cast(x, "float16") * 2.0,
        ops.cast(x, "int8") + ops.cast(x, "uint8"),
        ops.cast(x, "uint8") + 1,
        ops.cast(x, "bool") + 1,
        ops.cast(x, "bfloat16") + ops.cast(x, "float16"),
    ],
}

ON_INTEGERS: dict[str, Operation] = {
    "arithmetic": lambda x: [x + 1, x + 1.5, x / 2, x // 2, -x, x > 1, ops.abs(x)],
    "functions": lambda x: [ops.sqrt(x), ops.exp(x), ops.bitwise_and(x, x)],
    "sums": lambda x: [ops.sum(x, axis=1), ops.mean(x, axis=1), ops.max(x), ops.std(x)],
}

ON_IMAGES: dict[str, Operation] = {
    "windows": lambda x: [
        ops.max_pool(x, 2),
        ops.average_pool(x, 3, strides=1, padding="same"),
        ops.conv(x, ones(3, 3, 3, 5), padding="same", strides=2),
        ops.depthwise_conv(x, ones(3, 3, 3, 2), padding="valid"),
        ops.conv_transpose(x, ones(3, 3, 5, 3), strides=2),
    ],
    "images": lambda x: [
        ops.image.resize(x, (4, 5)),
        ops.image.rgb_to_grayscale(x),
        ops.image.crop_images(x, 1, 1, target_height=4, target_width=5),
        ops.image.pad_images(x, 1, 2, 1, 1),
        ops.image.extract_patches(x, (2, 3), padding="same"),
    ],
}

ON_MATRICES: dict[str, Operation] = {
    "factors": lambda x: [
        ops.inv(x),
        ops.det(x),
        ops.cholesky(x),
        ops.solve(x, x),
        *ops.qr(x),
        *ops.svd(x),
        *ops.eigh(x),
    ],
    "waves": lambda x: [
        *ops.fft((x, x)),
        *ops.fft2((x, x)),
        *ops.rfft(x),
        ops.irfft((x, x)),
        *ops.stft(ops.reshape(x, (-1, 64)), 16, 8, 16),
    ],
}

CASES = [
    pytest.param(operation, shape, dtype, id=f"{dtype}-{name}")
    for operations, shape, dtype in (
        (ON_SEQUENCES, (6, 4), "float32"),
        (ON_INTEGERS, (6, 4), "int32"),
        (ON_IMAGES, (8, 8, 3), "float32"),
        (ON_MATRICES, (8, 8), "float32"),
    )
    for name, operation in operations.items()
]


@pytest.mark.parametrize(("operation", "shape", "dtype"), CASES)
def test_operations_that_end_a_model(
    operation: Operation, shape: tuple[int, ...], dtype: str, tmp_path: Path
) -> None:
    inputs = keras.Input(shape, dtype=dtype)
    model = keras.Model(inputs, operation(inputs))
    graph = save_and_read(model, tmp_path)
    found = [_without_names(graph.spec(port)) for port in graph.outputs]
    assert agree(found, [_spec(tensor) for tensor in model.outputs])
    assert not [note for note in graph.notes if note.code != "contains-code"]


def _spec(tensor: Any) -> TensorSpec:
    # A tensor whose first size is open need not have the batch there.
    return TensorSpec(tuple(tensor.shape), keras.backend.standardize_dtype(tensor.dtype))


def _without_names(spec: TensorSpec) -> TensorSpec:
    if spec.shape is None:
        return spec
    sizes = tuple(size if isinstance(size, int) else None for size in spec.shape)
    return TensorSpec(sizes, spec.dtype)
