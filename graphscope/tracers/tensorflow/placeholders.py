"""The inputs of a traced call: one placeholder, or several for a sparse or ragged tensor."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from graphscope.graph import BATCH, GraphBuilder, NodeKind, Port
from graphscope.tracers.inputs import CallArguments, flatten_named
from graphscope.tracers.naming import Naming, OpenShape, bind_shapes
from graphscope.tracers.symbols import Symbols
from graphscope.tracers.tensorflow.shapes import AnyShapes


class Placeholders:
    """Makes placeholders in the default graph, and later the input nodes that stand for them.

    Attributes:
        nodes: the (first) input node of each input, in order.
        ports: the input node of each placeholder, by tensor name.
    """

    def __init__(self, arguments: CallArguments) -> None:
        self.nodes: list[str] = []
        self.ports: dict[str, Port] = {}
        self._parts: list[list[tuple[str, Any]]] = []
        made = iter([self._make(name, tensor) for name, tensor in flatten_named(arguments)])

        def replace(leaf: Any) -> Any:
            return next(made) if isinstance(leaf, keras.KerasTensor) else leaf

        self.args = keras.tree.map_structure(replace, arguments.args)
        self.kwargs = keras.tree.map_structure(replace, arguments.kwargs)

    def bind(self, symbols: Symbols, naming: Naming, trial: int) -> dict[str, Any]:
        """Return the shape of each dense placeholder with a number for every open size.

        Args:
            symbols: gives the numbers.
            naming: which open sizes have names.
            trial: which of the two numbers of a name to take.
        """
        bound = bind_shapes(self.shapes(), symbols, naming, trial)
        found = {
            parts[0][1].op.name: shape
            for parts, shape in zip(self._parts, bound, strict=True)
            if shape
        }
        for index, parts in enumerate(parts for parts in self._parts if len(parts) > 1):
            values = f"V{index + 1}" if index else "V"
            found |= {
                tensor.op.name: _bind_part(tensor, values, symbols, trial)
                for _, tensor in parts
                if tensor.shape.rank
            }
        return found

    def has_open_sizes(self) -> bool:
        """Whether any dense input leaves more open than its batch."""
        return any(shape is not None and None in shape[1:] for shape in self.shapes())

    def shapes(self) -> list[OpenShape | None]:
        """Return the shapes of the inputs; None for one that has no single shape."""
        return [self._dense_shape(parts) for parts in self._parts]

    def add_nodes(self, builder: GraphBuilder, shapes: AnyShapes) -> None:
        """Add an input node for every placeholder."""
        for parts in self._parts:
            nodes = [
                builder.add_node(name, "Input", NodeKind.INPUT, outputs=[shapes.spec(tensor)])
                for name, tensor in parts
            ]
            self.nodes.append(nodes[0])
            for node, (_, tensor) in zip(nodes, parts, strict=True):
                self.ports[tensor.name] = Port(node)

    @staticmethod
    def _dense_shape(parts: list[tuple[str, Any]]) -> OpenShape | None:
        tensor = parts[0][1]
        return tuple(tensor.shape.as_list()) if len(parts) == 1 and tensor.shape.rank else None

    def _make(self, name: str, tensor: Any) -> Any:
        shape, dtype = tuple(tensor.shape), tensor.dtype
        if getattr(tensor, "sparse", False):
            value = tf.compat.v1.sparse_placeholder(dtype, shape)
        elif getattr(tensor, "ragged", False):
            value = tf.compat.v1.ragged.placeholder(dtype, tensor.ragged_rank or 1, shape[2:])
        else:
            value = tf.compat.v1.placeholder(dtype, shape)
            self._parts.append([(name, value)])
            return value
        parts = tf.nest.flatten(value, expand_composites=True)
        self._parts.append([(f"{name}/{part.op.name.rsplit('/', 1)[-1]}", part) for part in parts])
        return value


def _bind_part(tensor: Any, values: str, symbols: Symbols, trial: int) -> list[int | None]:
    """Return the shape of one part of a sparse or ragged tensor.

    Args:
        tensor: the placeholder of the part.
        values: the name of the number of values that the tensor holds.
        symbols: gives the numbers.
        trial: which of the two numbers of a name to take.
    """
    first, *others = tensor.shape.as_list()
    if first is not None:
        return [first, *others]
    if "row_splits" in tensor.op.name:
        batch = symbols.bind(BATCH, trial)
        return [None if batch is None else batch + 1, *others]
    return [symbols.bind(values, trial), *others]
