"""One run of TensorFlow's shape inference over a traced graph with numbers for open sizes."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from tensorflow.core.framework import attr_value_pb2
from tensorflow.python.framework import tensor_util
from tensorflow.python.ops import handle_data_util

from graphscope.tracers.tensorflow.element_shapes import bind_batch
from graphscope.tracers.tensorflow.importing import import_definition
from graphscope.tracers.tensorflow.list_lengths import LOOP_TYPES, ListLengths


class ShapeTrial:
    """The shapes of a graph under one choice of numbers.

    Args:
        graph: the traced graph or the body of a loop or function in it.
        batch: the number that stands for the batch.
        bound: the shape of each input placeholder, by operation name.
        handles: the inferred tensor that an input placeholder stands for, for lists of tensors.

    Raises:
        ValueError: when the numbers do not fit together.
    """

    def __init__(
        self,
        graph: Any,
        batch: int,
        bound: dict[str, Any],
        handles: dict[str, Any] | None = None,
    ) -> None:
        self.batch = batch
        self._source = graph
        self._bound = bound
        self._handles = handles or {}
        self._known_outputs: dict[str, list[Any]] = {}
        self._lengths = ListLengths(graph, self._guess_length())
        self._graph = self._infer()
        self._lengths.settle(self.evaluate, self._infer_again)

    def shape(self, tensor: Any) -> Any:
        """Return the inferred `tf.TensorShape` of a tensor of the original graph."""
        if tensor.op.name in self._bound:
            return tf.TensorShape(self._bound[tensor.op.name])
        return self.counterpart(tensor).shape

    def counterpart(self, tensor: Any) -> Any:
        """Return the inferred tensor, which also knows the shapes inside of lists.

        An input placeholder has none.
        """
        if tensor.op.name in self._bound:
            return None
        return self._graph.get_operation_by_name(tensor.op.name).outputs[tensor.value_index]

    def evaluate(self, tensor: Any) -> int | None:
        """Return the value of an integer scalar that follows from shapes alone, if it does."""
        inferred = self.counterpart(tensor)
        if inferred is None or not tensor.dtype.is_integer:
            return None
        value = tensor_util.try_evaluate_constant(inferred)
        return None if value is None or value.size != 1 else int(value.item())

    def correct(self, operation: str, shapes: list[Any]) -> None:
        """Infer again, now that the output shapes of a loop or branch are known.

        TensorFlow stores the output shapes of loops and branches with the operation, as they were
        with an open batch, and does not look into their bodies again.
        """
        self._known_outputs[operation] = shapes
        self._graph = self._infer()

    def _infer_again(self) -> None:
        self._graph = self._infer()

    def _guess_length(self) -> int | None:
        """Return the first open size of an input that is not its batch."""
        for name, shape in self._bound.items():
            source = self._source.get_operation_by_name(name).outputs[0].shape
            bound = tf.TensorShape(shape)
            if not source.rank or bound.rank != source.rank:
                continue
            for known, size in list(zip(source.as_list(), bound.as_list(), strict=True))[1:]:
                if known is None and size is not None:
                    return int(size)
        return None

    def _infer(self) -> Any:
        definition = self._define()
        if bind_batch(definition, self.batch):
            try:
                return self._import(definition)
            except ValueError:
                # Some list holds elements of another size; without the assumption their shapes
                # stay open, as TensorFlow left them.
                definition = self._define()
        return self._import(definition)

    def _define(self) -> Any:
        definition = self._source.as_graph_def()
        for node in definition.node:
            if node.name in self._known_outputs:
                shapes = [shape.as_proto() for shape in self._known_outputs[node.name]]
                node.attr["output_shapes"].list.CopyFrom(
                    attr_value_pb2.AttrValue.ListValue(shape=shapes)
                )
            elif node.name in self._lengths.known:
                node.attr["num_elements"].i = self._lengths.known[node.name]
            elif node.op in LOOP_TYPES:
                # Without stored shapes TensorFlow takes those of the loop's inputs. `correct`
                # puts it right where the body hands on another shape.
                node.attr["output_shapes"].list.Clear()
        return definition

    def _import(self, definition: Any) -> Any:
        graph = tf.Graph()
        with graph.as_default():
            mapping = {
                f"{name}:0": self._placeholder(name, shape) for name, shape in self._bound.items()
            }
            import_definition(graph, definition, mapping)
        _hand_lists_on(graph)
        return graph

    def _placeholder(self, name: str, shape: Any) -> Any:
        dtype = self._source.get_operation_by_name(name).outputs[0].dtype
        placeholder = tf.compat.v1.placeholder(dtype, shape)
        source = self._handles.get(name)
        if source is not None and dtype in (tf.variant, tf.resource):
            handle_data_util.copy_handle_data(source, placeholder)
        return placeholder


def _hand_lists_on(graph: Any) -> None:
    """Let the lists that a loop returns hold what the lists hold that it was given.

    A loop whose gradient is computed hands its intermediate results on in lists.
    """
    for operation in graph.get_operations():
        if operation.type in LOOP_TYPES:
            for before, after in zip(operation.inputs, operation.outputs, strict=True):
                if after.dtype == tf.variant:
                    handle_data_util.copy_handle_data(before, after)
