"""Recordings by hand: tensors are plain objects, calls are made by one function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphscope.doctor.records import (
    CallRecord,
    Creation,
    Failure,
    Frame,
    Position,
    Recording,
    Site,
    Spec,
)

FILE = "/home/user/train.py"


@dataclass(eq=False)
class Layer:
    """What a recorded operation looks like to the graph."""

    name: str


class InputLayer(Layer):
    pass


class KerasTensor:
    """Stands for a symbolic tensor: recognised by the name of its class."""

    def __init__(self, *shape: int | None, maker: Any = None) -> None:
        self.spec = Spec(shape, "float32")
        self._keras_history = type("History", (), {"operation": maker})()


@dataclass(eq=False)
class World:
    """A graph of a backend."""

    outer_graph: World | None = None


@dataclass(eq=False)
class GraphTensor:
    """A tensor of such a graph, which knows what it was computed from."""

    graph: World
    name: str
    spec: Spec
    sources: tuple[GraphTensor, ...] = ()

    @property
    def op(self) -> Any:
        return type("Op", (), {"inputs": self.sources})()


def an_input(name: str, *shape: int | None) -> KerasTensor:
    return KerasTensor(*shape, maker=InputLayer(name))


def in_graph(world: World, name: str, *shape: int | None, of: Any = ()) -> GraphTensor:
    return GraphTensor(world, name, Spec(shape, "float32"), tuple(of))


def site(line: int, function: str = "<module>", **variables: Any) -> Site:
    position = Position(FILE, line, line, 0, 0, function)
    return (Frame(position, site.__code__, variables, {}),)


class Recorder:
    """Collects calls in order."""

    def __init__(self) -> None:
        self.recording = Recording()

    def make(self, name: str, line: int = 1) -> Layer:
        layer = Layer(name)
        self.recording.creations.append(Creation(layer, "Layer", (), {}, site(line)))
        return layer

    def call(
        self,
        layer: Any,
        inputs: list[Any],
        outputs: list[Any] | None = None,
        *,
        type_: str = "Dense",
        parent: CallRecord | None = None,
        line: int = 1,
        is_layer: bool = True,
    ) -> CallRecord:
        """Record a call; one without outputs failed."""
        call = CallRecord(
            operation=layer,
            class_name=type_,
            name=layer.name,
            is_layer=is_layer,
            args=tuple(inputs),
            kwargs={},
            inputs=list(inputs),
            input_specs=[spec_of(tensor) for tensor in inputs],
            site=site(line),
            parent=parent,
            outputs=list(outputs or []),
            output_specs=[spec_of(tensor) for tensor in outputs or []],
            error=ValueError("no") if outputs is None else None,
        )
        if parent is not None:
            parent.children.append(call)
        self.recording.calls.append(call)
        return call


def spec_of(tensor: Any) -> Spec:
    return tensor if isinstance(tensor, Spec) else tensor.spec


def failure(call: CallRecord | None = None, **more: Any) -> Failure:
    fields: dict[str, Any] = {"site": (), "stage": "construct", **more}
    return Failure(ValueError("no"), "ValueError", "no", None, call=call, **fields)
