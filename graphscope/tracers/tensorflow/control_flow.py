"""Loops, branches and called functions, opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from graphscope.graph import EdgeKind, GraphBuilder, NodeKind, Port, ScopeKind
from graphscope.tracers.tensorflow.attributes import called_functions
from graphscope.tracers.tensorflow.bodies import Body
from graphscope.tracers.tensorflow.list_lengths import LOOP_TYPES
from graphscope.tracers.tensorflow.operations import OperationLog
from graphscope.tracers.tensorflow.shape_trial import ShapeTrial
from graphscope.tracers.tensorflow.shapes import AnyShapes, NamedShapes, PlainShapes
from graphscope.tracers.tensorflow.trips import count_trips

if TYPE_CHECKING:
    from graphscope.tracers.tensorflow.assembly import Assembly

BRANCH_TYPES = ("If", "StatelessIf", "Case", "StatelessCase")
CALL_TYPES = ("PartitionedCall", "StatefulPartitionedCall")
CONTROL_TYPES = frozenset((*LOOP_TYPES, *BRANCH_TYPES, *CALL_TYPES))


class ControlFlow:
    """Adds the bodies of operations that run other graphs.

    Args:
        builder: receives the scopes.
        assembly: adds the nodes of a body.
        log: who made each operation.
    """

    def __init__(self, builder: GraphBuilder, assembly: Assembly, log: OperationLog) -> None:
        self._builder = builder
        self._assembly = assembly
        self._log = log

    def add(self, body: Body, operation: Any) -> str:
        """Add a loop, branch or function call as a scope with its bodies inside; return it."""
        functions = called_functions(operation)
        creation = self._log.find(operation)
        parent = body.scope if creation is None else self._assembly.scopes.of(body, creation.owner)
        scope = self._builder.open_scope(
            _control_name(operation, functions),
            operation.type,
            ScopeKind.SUBGRAPH,
            parent=parent,
            source=None if creation is None else creation.source,
        )
        if operation.type in LOOP_TYPES:
            self._add_while(body, operation, scope, functions)
        elif operation.type in CALL_TYPES:
            inner = self._open(body, operation.inputs, functions["f"], scope)
            self._bind(body, operation, inner)
        else:
            self._add_branches(body, operation, scope, functions)
        return scope

    def _add_while(self, body: Body, operation: Any, scope: str, functions: dict[str, Any]) -> None:
        parts = []
        for name in ("cond", "body"):
            inner_scope = self._builder.open_scope(name, name, ScopeKind.SUBGRAPH, parent=scope)
            parts.append(self._open(body, operation.inputs, functions[name], inner_scope))
        loop = parts[1]
        self._note_trips(body, operation, scope, functions)
        self._bind(body, operation, loop)
        _correct_shapes(body, operation, [loop])
        carried: list[tuple[Port, list[tuple[str, int]]]] = []
        for index, result in enumerate(loop.graph.outputs):
            value = self._assembly.resolve(loop, result)
            if not isinstance(value, Port) or result.name == loop.graph.inputs[index].name:
                continue
            takers = [
                taker
                for part in parts
                for taker in part.consumers.get(part.graph.inputs[index].name, [])
            ]
            for node, port in takers:
                self._builder.add_edge(value, node, port, EdgeKind.STATE)
            carried.append((value, takers))
        self._note_carried(scope, carried)

    def _note_carried(self, scope: str, carried: list[tuple[Port, list[tuple[str, int]]]]) -> None:
        """Tell apart from the edges what the loop carries, so that the two can be compared."""
        rows = [[list(value), [list(taker) for taker in takers]] for value, takers in carried]
        opened = self._builder.get_scope(scope)
        attributes = {**opened.attributes, "carries": rows}
        self._builder.put_scope(replace(opened, attributes=attributes))

    def _note_trips(
        self, body: Body, operation: Any, scope: str, functions: dict[str, Any]
    ) -> None:
        shapes = body.shapes
        if isinstance(shapes, PlainShapes):
            return
        trips = shapes.count(
            lambda trial: count_trips(
                functions["cond"],
                functions["body"],
                lambda index: trial.evaluate(operation.inputs[index]),
            )
        )
        if trips is not None:
            opened = self._builder.get_scope(scope)
            self._builder.put_scope(replace(opened, attributes={"trip_count": trips}))

    def _add_branches(
        self, body: Body, operation: Any, scope: str, functions: dict[str, Any]
    ) -> None:
        choice = operation.inputs[0]
        parts = []
        for name, graph in functions.items():
            inner_scope = self._builder.open_scope(name, "branch", ScopeKind.SUBGRAPH, parent=scope)
            parts.append(self._open(body, operation.inputs[1:], graph, inner_scope))
        _correct_shapes(body, operation, parts)
        node = self._builder.add_node(
            "choose",
            operation.type,
            NodeKind.OP,
            scope=scope,
            outputs=self._assembly.outputs(body, operation),
        )
        self._assembly.connect(body, [choice], node)
        count = len(operation.outputs)
        for number, part in enumerate(parts):
            self._assembly.connect(part, part.graph.outputs, node, first_port=1 + number * count)
        for tensor in operation.outputs:
            body.references[tensor.name] = Port(node, tensor.value_index)

    def _open(self, outer: Body, arguments: Iterable[Any], graph: Any, scope: str) -> Body:
        arguments = list(arguments)
        inner = Body(
            graph,
            scope,
            references={
                placeholder.name: self._assembly.resolve(outer, argument)
                for placeholder, argument in zip(graph.inputs, arguments, strict=True)
            },
            shapes=self._inner_shapes(outer, arguments, graph),
            outer=outer,
        )
        self._assembly.add_body(inner, list(graph.outputs))
        return inner

    def _inner_shapes(self, outer: Body, arguments: list[Any], graph: Any) -> AnyShapes:
        # A condition is a comparison of scalars: there is nothing to infer.
        if isinstance(outer.shapes, PlainShapes) or all(
            tensor.shape.rank == 0 for tensor in graph.outputs
        ):
            return PlainShapes()
        return outer.shapes.infer_body(graph, arguments)

    def _bind(self, body: Body, operation: Any, inner: Body) -> None:
        for tensor, result in zip(operation.outputs, inner.graph.outputs, strict=True):
            body.references[tensor.name] = self._assembly.resolve(inner, result)


def _correct_shapes(body: Body, operation: Any, parts: list[Body]) -> None:
    """Give a loop or branch the output shapes that its bodies have, if they agree."""
    inner = [part.shapes for part in parts]
    if not isinstance(body.shapes, NamedShapes):
        return
    for number, trial in enumerate(body.shapes.trials):
        candidates = [
            [shapes.trials[number].shape(result) for result in part.graph.outputs]
            for shapes, part in zip(inner, parts, strict=True)
            if isinstance(shapes, NamedShapes)
        ]
        if candidates:
            _correct_trial(trial, operation, candidates)


def _correct_trial(trial: ShapeTrial, operation: Any, candidates: list[list[Any]]) -> None:
    before = [trial.shape(tensor) for tensor in operation.outputs]
    if operation.type in LOOP_TYPES:
        # What a loop is given must have the shape that it hands on, or the shape is not settled.
        candidates = [*candidates, [trial.shape(tensor) for tensor in operation.inputs]]
    after = [
        _agreed_shape(shapes, old)
        for shapes, old in zip(zip(*candidates, strict=True), before, strict=True)
    ]
    if [str(shape) for shape in after] != [str(shape) for shape in before]:
        trial.correct(operation.name, after)


def _agreed_shape(shapes: tuple[Any, ...], old: Any) -> Any:
    """Return the most specific shape that all bodies have, `old` where they differ in rank."""
    if any(shape.rank is None or shape.rank != shapes[0].rank for shape in shapes):
        return old
    columns = zip(*(shape.as_list() for shape in shapes), strict=True)
    return tf.TensorShape([sizes[0] if len(set(sizes)) == 1 else None for sizes in columns])


def _control_name(operation: Any, functions: dict[str, Any]) -> str:
    if operation.type in CALL_TYPES:
        return str(functions["f"].name)
    return "while" if operation.type in LOOP_TYPES else "if"
