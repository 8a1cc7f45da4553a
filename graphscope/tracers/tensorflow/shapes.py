"""Dimensions that depend on the batch, found by TensorFlow's own shape inference.

With an open batch, TensorFlow gives up on every dimension that is computed from it: a Dense layer
on (B, T, d) flattens to (?, d). The finished graph is therefore inferred once more with a large
prime in place of the batch; a dimension of k times the prime plus c reads `kB+c`.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from tensorflow.core.framework import attr_value_pb2
from tensorflow.python.framework import tensor_util
from tensorflow.python.ops import handle_data_util

from graphscope.graph import BATCH, Dimension, TensorSpec
from graphscope.tracers.tensorflow.element_shapes import bind_batch

PROBE = 1_000_003
"""A prime that sizes in a model are not near a multiple of; element counts stay below 2**63."""

LOOP_TYPES = ("While", "StatelessWhile")

MAX_REST = 64
"""Largest c for which k times the probe plus c is taken for a multiple of the batch."""


class PlainShapes:
    """The shapes that TensorFlow inferred while the graph was traced."""

    def raw_shape(self, tensor: Any) -> Any:
        """Return the `tf.TensorShape` of a tensor."""
        return tensor.shape

    def spec(self, tensor: Any) -> TensorSpec:
        """Return shape and dtype of a tensor."""
        shape = None if tensor.shape.rank is None else tuple(tensor.shape.as_list())
        return TensorSpec(shape, tensor.dtype.base_dtype.name)


class ShapeProbe:
    """The shapes of one graph, inferred again with the batch bound to `PROBE`.

    Args:
        graph: the traced graph or the body of a loop or function in it.
        bound: a shape with `PROBE` for the batch, for each input placeholder by operation name.
        handles: the inferred tensor that an input placeholder stands for, for lists of tensors.
    """

    def __init__(
        self, graph: Any, bound: dict[str, Any], handles: dict[str, Any] | None = None
    ) -> None:
        self._source = graph
        self._bound = bound
        self._handles = handles or {}
        self._known_outputs: dict[str, list[Any]] = {}
        self._graph = self._infer()

    def correct(self, operation: str, shapes: list[Any]) -> None:
        """Infer again, now that the output shapes of a loop or branch are known.

        TensorFlow stores the output shapes of loops and branches with the operation, as they were
        with an open batch, and does not look into their bodies again.
        """
        self._known_outputs[operation] = shapes
        self._graph = self._infer()

    def evaluate(self, tensor: Any) -> int | None:
        """Return the value of an integer scalar that follows from shapes alone, if it does."""
        if tensor.op.name in self._bound or not tensor.dtype.is_integer:
            return None
        value = tensor_util.try_evaluate_constant(self.handle(tensor))
        if value is None or value.size != 1:
            return None
        named = name_size(int(value))
        return named if isinstance(named, int) else None

    def handle(self, tensor: Any) -> Any:
        """Return the inferred counterpart of a tensor, which knows the shapes inside of lists."""
        name = tensor.op.name
        if name in self._bound:
            return None
        return self._graph.get_operation_by_name(name).outputs[tensor.value_index]

    def _infer(self) -> Any:
        definition = self._source.as_graph_def()
        for node in definition.node:
            if node.name in self._known_outputs:
                shapes = [shape.as_proto() for shape in self._known_outputs[node.name]]
                node.attr["output_shapes"].list.CopyFrom(_shape_list(shapes))
            elif node.op in LOOP_TYPES:
                # Without stored shapes TensorFlow takes those of the loop's inputs. `correct`
                # puts it right where the body hands on another shape.
                node.attr["output_shapes"].list.Clear()
        if bind_batch(definition, PROBE):
            try:
                return self._import(definition)
            except ValueError:
                # Some list holds elements of another size; without the assumption their shapes
                # stay open, as TensorFlow left them.
                return self._import(self._source.as_graph_def())
        return self._import(definition)

    def _import(self, definition: Any) -> Any:
        graph = tf.Graph()
        with graph.as_default():
            mapping = {
                f"{name}:0": self._placeholder(name, shape) for name, shape in self._bound.items()
            }
            tf.graph_util.import_graph_def(definition, input_map=mapping, name="")
        return graph

    def _placeholder(self, name: str, shape: Any) -> Any:
        dtype = self._source.get_operation_by_name(name).outputs[0].dtype
        placeholder = tf.compat.v1.placeholder(dtype, shape)
        source = self._handles.get(name)
        if source is not None and dtype == tf.variant:
            handle_data_util.copy_handle_data(source, placeholder)
        return placeholder

    def raw_shape(self, tensor: Any) -> Any:
        """Return the inferred `tf.TensorShape` of a tensor of the original graph."""
        name = tensor.op.name
        if name in self._bound:
            return tf.TensorShape(self._bound[name])
        return self._graph.get_operation_by_name(name).outputs[tensor.value_index].shape

    def spec(self, tensor: Any) -> TensorSpec:
        """Return shape and dtype of a tensor of the original graph, with names for open sizes."""
        dtype = tensor.dtype.base_dtype.name
        inferred = self.raw_shape(tensor)
        shape = tensor.shape
        if shape.rank is None:
            shape = inferred
        if shape.rank is None:
            return TensorSpec(None, dtype)
        sizes = shape.as_list()
        if inferred.rank == len(sizes):
            pairs = zip(sizes, inferred.as_list(), strict=True)
            return TensorSpec(tuple(_merge(size, probed) for size, probed in pairs), dtype)
        return TensorSpec(tuple(sizes), dtype)


def name_size(size: int) -> Dimension:
    """Return a size that was inferred with the probe as a number or a multiple of the batch.

    >>> name_size(12), name_size(PROBE), name_size(128 * PROBE), name_size(PROBE + 1)
    (12, 'B', '128B', 'B+1')
    """
    factor = (size + PROBE // 2) // PROBE
    rest = size - factor * PROBE
    if factor == 0 or abs(rest) > MAX_REST:
        return size
    name = BATCH if factor == 1 else f"{factor}{BATCH}"
    return f"{name}{rest:+d}" if rest else name


def _merge(size: int | None, probed: int | None) -> Dimension:
    if size is not None:
        return size
    return None if probed is None or probed >= PROBE * PROBE else name_size(probed)


def _shape_list(shapes: list[Any]) -> Any:
    return attr_value_pb2.AttrValue.ListValue(shape=shapes)
