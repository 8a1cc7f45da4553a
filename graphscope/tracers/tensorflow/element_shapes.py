"""The open batch inside tensor lists, which loops use to collect one tensor per step.

TensorFlow writes the shape of a list's elements as a constant when a loop is traced, with -1 for
the open batch, and never looks at it again. `bind_batch` assumes that a single leading -1 is the
batch. Shape inference then checks the assumption: an element of another size is an error.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import tensorflow as tf

ELEMENT_SHAPE_INPUT = {
    "EmptyTensorList": 0,
    "TensorListReserve": 0,
    "TensorListFromTensor": 1,
    "TensorListStack": 1,
    "TensorListPopBack": 1,
    "TensorListGetItem": 2,
    "TensorListGather": 2,
}
"""Which input of an operation is the shape of the list's elements."""


def bind_batch(definition: Any, batch: int) -> bool:
    """Put `batch` into the element shapes of a graph definition, in place.

    Returns:
        Whether anything was changed.
    """
    readers = Counter(name for node in definition.node for name in node.input)
    wanted = {
        node.input[ELEMENT_SHAPE_INPUT[node.op]]
        for node in definition.node
        if node.op in ELEMENT_SHAPE_INPUT
    }
    changed = False
    for node in definition.node:
        if node.op != "Const" or node.name not in wanted:
            continue
        tensor = node.attr["value"].tensor
        value = tf.make_ndarray(tensor)
        # The scalar -1 stands for a shape of which not even the rank is known.
        sizes = value.tolist() if value.ndim == 1 else []
        if sizes[:1] != [-1] or sizes.count(-1) != 1 or readers[node.name] != 1:
            continue
        bound = tf.make_tensor_proto([batch, *sizes[1:]], dtype=tensor.dtype)
        tensor.CopyFrom(bound)
        changed = True
    return changed
