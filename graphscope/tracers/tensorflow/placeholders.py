"""The inputs of a traced call: one placeholder, or several for a sparse or ragged tensor."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from graphscope.graph import BATCH, Dimension, GraphBuilder, NodeKind, Port, TensorSpec
from graphscope.tracers.inputs import CallArguments, flatten_named
from graphscope.tracers.tensorflow.shapes import PROBE


class Placeholders:
    """Makes placeholders in the default graph and the input nodes that stand for them.

    Attributes:
        nodes: the (first) input node of each input, in order.
        ports: the input node of each placeholder, by tensor name.
        bound: the shape of each placeholder with the probe for the batch, by operation name.
    """

    def __init__(self, builder: GraphBuilder, arguments: CallArguments) -> None:
        self._builder = builder
        self.nodes: list[str] = []
        self.ports: dict[str, Port] = {}
        self.bound: dict[str, Any] = {}
        made = iter([self._make(name, tensor) for name, tensor in flatten_named(arguments)])

        def replace(leaf: Any) -> Any:
            return next(made) if isinstance(leaf, keras.KerasTensor) else leaf

        self.args = keras.tree.map_structure(replace, arguments.args)
        self.kwargs = keras.tree.map_structure(replace, arguments.kwargs)

    def _make(self, name: str, tensor: Any) -> Any:
        shape, dtype = tuple(tensor.shape), tensor.dtype
        if getattr(tensor, "sparse", False):
            value = tf.compat.v1.sparse_placeholder(dtype, shape)
            self.nodes.append(self._register(f"{name}/indices", value.indices))
            self._register(f"{name}/values", value.values)
            self._register(f"{name}/shape", value.dense_shape)
        elif getattr(tensor, "ragged", False):
            value = tf.compat.v1.ragged.placeholder(dtype, tensor.ragged_rank or 1, shape[2:])
            parts = tf.nest.flatten(value, expand_composites=True)
            nodes = [
                self._register(f"{name}/{part.op.name.rsplit('/', 1)[-1]}", part) for part in parts
            ]
            self.nodes.append(nodes[0])
        else:
            value = tf.compat.v1.placeholder(dtype, shape)
            self.nodes.append(self._register(name, value))
            if shape and shape[0] is None:
                self.bound[value.op.name] = [PROBE, *shape[1:]]
        return value

    def _register(self, name: str, tensor: Any) -> str:
        sizes: list[Dimension] = list(tensor.shape.as_list())
        if sizes and sizes[0] is None and "/" not in name:
            sizes[0] = BATCH
        spec = TensorSpec(tuple(sizes), tensor.dtype.base_dtype.name)
        node = self._builder.add_node(name, "Input", NodeKind.INPUT, outputs=[spec])
        self.ports[tensor.name] = Port(node)
        return node
