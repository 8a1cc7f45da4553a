"""The inputs of a traced call: one tensor without memory for each."""

from __future__ import annotations

from typing import Any

import keras

from graphscope.errors import TraceError
from graphscope.graph import GraphBuilder, NodeKind
from graphscope.tracers.inputs import CallArguments, flatten_named
from graphscope.tracers.naming import Naming, OpenShape, bind_shapes
from graphscope.tracers.symbols import Symbols
from graphscope.tracers.torch.fakes import Fakes
from graphscope.tracers.torch.shapes import Shapes
from graphscope.tracers.torch.tape import Tape, Value


class OpenInputs:
    """The inputs of a model as its user gave them, or as it knows them, with open sizes.

    Args:
        arguments: what the model is called with.

    Attributes:
        shapes: the shape of each input; None where a size is open.

    Raises:
        TraceError: when PyTorch has no such tensors.
    """

    def __init__(self, arguments: CallArguments) -> None:
        self._arguments = arguments
        self._named = flatten_named(arguments)
        for name, tensor in self._named:
            _check(name, tensor)
        self.shapes: list[OpenShape | None] = [tuple(tensor.shape) for _, tensor in self._named]

    @property
    def has_open_sizes(self) -> bool:
        """Whether any input leaves more open than its batch."""
        return any(shape is not None and None in shape[1:] for shape in self.shapes)

    def bind(
        self, symbols: Symbols, naming: Naming, trial: int, assumed: int
    ) -> list[tuple[int, ...]]:
        """Return the shapes with a number for every open size.

        Args:
            symbols: gives the numbers.
            naming: which open sizes have names.
            trial: which of the two numbers of a name to take.
            assumed: the number for open sizes without a name.
        """
        return [
            tuple(assumed if size is None else size for size in shape or ())
            for shape in bind_shapes(self.shapes, symbols, naming, trial)
        ]

    def make(
        self, tape: Tape, fakes: Fakes, shapes: list[tuple[int, ...]]
    ) -> tuple[tuple[Any, ...], dict[str, Any], list[Value]]:
        """Return arguments of the call with tensors of such shapes, and the tensors in order."""
        made = [
            fakes.make(shape, tensor.dtype)
            for (_, tensor), shape in zip(self._named, shapes, strict=True)
        ]
        values = [tape.add_input(tensor) for tensor in made]
        # By identity: on PyTorch, keras.tree maps and flattens dictionaries in different orders.
        remaining: dict[int, list[Any]] = {}
        for (_, tensor), fake in zip(self._named, made, strict=True):
            remaining.setdefault(id(tensor), []).append(fake)

        def replace(leaf: Any) -> Any:
            return remaining[id(leaf)].pop(0) if isinstance(leaf, keras.KerasTensor) else leaf

        args = keras.tree.map_structure(replace, self._arguments.args)
        kwargs = keras.tree.map_structure(replace, self._arguments.kwargs)
        return args, kwargs, values

    def add_nodes(self, builder: GraphBuilder, values: list[Value], shapes: Shapes) -> list[str]:
        """Add an input node for each input and return them in order."""
        return [
            builder.add_node(
                name, "Input", NodeKind.INPUT, outputs=[shapes.spec(value, dtype=tensor.dtype)]
            )
            for (name, tensor), value in zip(self._named, values, strict=True)
        ]


def _check(name: str, tensor: Any) -> None:
    for kind in ("sparse", "ragged"):
        if getattr(tensor, kind, False):
            raise TraceError(
                f"The input {name!r} is {kind}, which Keras does not support on PyTorch.",
                "Use the TensorFlow backend.",
            )
    if tensor.dtype == "string":
        raise TraceError(
            f"The input {name!r} holds strings, which PyTorch has no tensors for.",
            "Use the TensorFlow backend, or move the layer that takes them out of the model.",
        )
