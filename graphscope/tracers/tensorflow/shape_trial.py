"""One run of TensorFlow's shape inference over a traced graph with numbers for open sizes."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import tensorflow as tf
from tensorflow.core.framework import attr_value_pb2
from tensorflow.python.framework import tensor_util
from tensorflow.python.ops import handle_data_util

from graphscope.tracers.tensorflow.element_shapes import ELEMENT_SHAPE_INPUT, bind_batch
from graphscope.tracers.tensorflow.importing import (
    Imported,
    Sizes,
    import_definition,
    read_sizes,
)
from graphscope.tracers.tensorflow.list_lengths import LOOP_TYPES, ListLengths, find_reserved


class SourceGraph:
    """A traced graph and what all trials of its shapes share.

    Args:
        graph: the traced graph, or the body of a loop or function in it.
    """

    def __init__(self, graph: Any) -> None:
        self.graph = graph

    @cached_property
    def definition(self) -> Any:
        """The `GraphDef`, to be copied before it is changed."""
        return self.graph.as_graph_def()

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of its operations."""
        return frozenset(node.op for node in self.definition.node)

    @cached_property
    def reserved(self) -> dict[str, Any]:
        """See `find_reserved`."""
        return find_reserved(self.graph) if "TensorListStack" in self.types else {}

    @property
    def is_settled(self) -> bool:
        """Whether every shape is known and no trial could add anything: no loops, no functions."""
        return (
            not self.definition.library.function
            and self.types.isdisjoint((*ELEMENT_SHAPE_INPUT, *LOOP_TYPES))
            and all(
                tensor.shape.is_fully_defined()
                for operation in self.graph.get_operations()
                for tensor in operation.outputs
            )
        )

    def copy_definition(self) -> Any:
        """Return a definition to change."""
        copy = type(self.definition)()
        copy.CopyFrom(self.definition)
        return copy


class ShapeTrial:
    """The shapes of a graph under one choice of numbers.

    Args:
        source: the traced graph or the body of a loop or function in it.
        batch: the number that stands for the batch.
        bound: the shape of each input placeholder, by operation name.
        handles: the inferred tensor that an input placeholder stands for, for lists of tensors.

    Raises:
        ValueError: when the numbers do not fit together.
    """

    def __init__(
        self,
        source: SourceGraph,
        batch: int,
        bound: dict[str, Any],
        handles: dict[str, Any] | None = None,
    ) -> None:
        self.batch = batch
        self._source = source
        self._bound = bound
        self._handles = handles or {}
        self._known_outputs: dict[str, list[Any]] = {}
        self._lengths = ListLengths(source.reserved, self._guess_length())
        self._imported = self._infer()
        self._lengths.settle(self.evaluate, self._infer_again)

    def shape(self, tensor: Any) -> Any:
        """Return the inferred `tf.TensorShape` of a tensor of the original graph."""
        if tensor.op.name in self._bound:
            return tf.TensorShape(self._bound[tensor.op.name])
        return self.counterpart(tensor).shape

    def sizes(self, operation: Any) -> list[Sizes]:
        """Return the inferred shapes of all outputs of an operation of the original graph."""
        name = operation.name
        if name in self._bound:
            return [read_sizes(tf.TensorShape(self._bound[name]))]
        return self._imported.sizes(name, len(operation.outputs))

    def counterpart(self, tensor: Any) -> Any:
        """Return the inferred tensor, which also knows the shapes inside of lists.

        An input placeholder has none.
        """
        if tensor.op.name in self._bound:
            return None
        return self._imported.operation(tensor.op.name).outputs[tensor.value_index]

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
        self._imported = self._infer()

    def _infer_again(self) -> None:
        self._imported = self._infer()

    def _guess_length(self) -> int | None:
        """Return the first open size of an input that is not its batch."""
        for name, shape in self._bound.items():
            source = self._source.graph.get_operation_by_name(name).outputs[0].shape
            bound = tf.TensorShape(shape)
            if not source.rank or bound.rank != source.rank:
                continue
            for known, size in list(zip(source.as_list(), bound.as_list(), strict=True))[1:]:
                if known is None and size is not None:
                    return int(size)
        return None

    def _infer(self) -> Imported:
        if self._source.types.isdisjoint(ELEMENT_SHAPE_INPUT):
            return self._import(self._define())
        definition = self._define(changing=True)
        if bind_batch(definition, self.batch):
            try:
                return self._import(definition)
            except ValueError:
                # Some list holds elements of another size; without the assumption their shapes
                # stay open, as TensorFlow left them.
                definition = self._define()
        return self._import(definition)

    def _define(self, *, changing: bool = False) -> Any:
        has_loops = not self._source.types.isdisjoint(LOOP_TYPES)
        if not (changing or has_loops or self._known_outputs or self._lengths.known):
            return self._source.definition
        definition = self._source.copy_definition()
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

    def _import(self, definition: Any) -> Imported:
        graph = tf.Graph()
        with graph.as_default():
            mapping = {
                f"{name}:0": self._placeholder(name, shape) for name, shape in self._bound.items()
            }
            imported = import_definition(graph, definition, mapping)
        if not self._source.types.isdisjoint(LOOP_TYPES):
            _hand_lists_on(graph)
        return imported

    def _placeholder(self, name: str, shape: Any) -> Any:
        dtype = self._source.graph.get_operation_by_name(name).outputs[0].dtype
        placeholder = tf.compat.v1.placeholder(dtype, shape)
        source = self._handles.get(name)
        if source is not None and dtype in (tf.variant, tf.resource):
            handle_data_util.copy_handle_data(source, placeholder)
        return placeholder


def _hand_lists_on(graph: Any) -> None:
    """Let the lists that a loop returns hold what the lists hold that it was given.

    A loop whose gradient is computed hands its intermediate results on in lists.
    """
    # Loops have functions, and a definition with functions is imported by TensorFlow itself.
    for operation in graph.get_operations():
        if operation.type in LOOP_TYPES:
            for before, after in zip(operation.inputs, operation.outputs, strict=True):
                if after.dtype == tf.variant:
                    handle_data_util.copy_handle_data(before, after)
