"""The inputs of a traced call: one tensor each, or two for a sparse one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import jax
import keras
from jax.experimental.sparse import BCOO

from graphscope.errors import TraceError
from graphscope.graph import GraphBuilder, NodeKind, Port, TensorSpec
from graphscope.tracers.inputs import CallArguments, flatten_named
from graphscope.tracers.jax.shapes import Shapes
from graphscope.tracers.naming import OpenShape

SPARSE_ELEMENTS = 101
"""Stored elements of a sparse input: an open size that stands for any number."""


class ModelInputs:
    """The tensors among the arguments of a model, in order.

    Attributes:
        shapes: the shape of each tensor; None where a size is open. For a sparse tensor that is the
            dense shape.
        nodes: the (first) input node of each tensor, once they are made.
    """

    def __init__(self, arguments: CallArguments) -> None:
        self._arguments = arguments
        self._named = flatten_named(arguments)
        for name, tensor in self._named:
            if tensor.dtype == "string" or getattr(tensor, "ragged", False):
                kind = "strings" if tensor.dtype == "string" else "ragged tensors"
                raise TraceError(
                    f"The input {name!r} takes {kind}, which JAX does not have.",
                    "Trace the model with --backend tensorflow.",
                )
        self.shapes: list[OpenShape] = [tuple(tensor.shape) for _, tensor in self._named]
        self.nodes: list[str] = []

    def describe(self, shapes: Sequence[Sequence[int]]) -> list[jax.ShapeDtypeStruct]:
        """Return what JAX is to trace with, for each part of each tensor."""
        described = []
        for (_, tensor), shape in zip(self._named, shapes, strict=True):
            dtype = jax.dtypes.canonicalize_dtype(tensor.dtype)
            if _is_sparse(tensor):
                described.append(jax.ShapeDtypeStruct((SPARSE_ELEMENTS,), dtype))
                described.append(jax.ShapeDtypeStruct((SPARSE_ELEMENTS, len(shape)), "int32"))
                self._dense_shape = tuple(shape)
            else:
                described.append(jax.ShapeDtypeStruct(tuple(shape), dtype))
        return described

    def arrange(self, values: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments of the call with traced values in place of Keras tensors."""
        remaining = iter(values)
        made = iter([self._assemble(tensor, remaining) for _, tensor in self._named])

        def replace(leaf: Any) -> Any:
            return next(made) if isinstance(leaf, keras.KerasTensor) else leaf

        structure = (self._arguments.args, self._arguments.kwargs)
        args, kwargs = keras.tree.map_structure(replace, structure)
        return args, kwargs

    def has_open_sizes(self) -> bool:
        """Whether any input leaves more open than its batch."""
        return any(None in shape[1:] for shape in self.shapes)

    def add_nodes(
        self, builder: GraphBuilder, variables: Sequence[Any], shapes: Shapes
    ) -> list[Port]:
        """Add an input node for every variable of the jaxpr, and return their tensors."""
        remaining = iter(variables)
        ports = []
        for name, tensor in self._named:
            parts = [name]
            if _is_sparse(tensor):
                parts = [f"{name}/values", f"{name}/indices"]
            nodes = []
            for part in parts:
                spec = shapes.spec(next(remaining))
                # JAX has no 64-bit types unless they are switched on; Keras says what was meant.
                dtype = spec.dtype if part.endswith("/indices") else tensor.dtype
                outputs = [TensorSpec(spec.shape, dtype)]
                nodes.append(builder.add_node(part, "Input", NodeKind.INPUT, outputs=outputs))
            self.nodes.append(nodes[0])
            ports += [Port(node) for node in nodes]
        return ports

    def _assemble(self, tensor: Any, remaining: Iterator[Any]) -> Any:
        if not _is_sparse(tensor):
            return next(remaining)
        return BCOO((next(remaining), next(remaining)), shape=self._dense_shape)


def _is_sparse(tensor: Any) -> bool:
    return bool(getattr(tensor, "sparse", False))
