"""Loops, branches and called functions, opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphscope.graph import Dimension, EdgeKind, GraphBuilder, NodeKind, Port, ScopeKind
from graphscope.tracers.jax.bodies import Body
from graphscope.tracers.jax.programs import (
    BRANCHES,
    constants_of,
    inner_jaxpr,
    inner_program,
    open_jaxpr,
)
from graphscope.tracers.jax.trips import count_trips
from graphscope.tracers.scopes import Reference, WeightRead

if TYPE_CHECKING:
    from graphscope.tracers.jax.assembly import Assembly

REMATERIALIZED = ("checkpoint", "remat2")
"""What primitives that compute their body again for the gradient are called in JAX's versions."""


class ControlFlow:
    """Adds the bodies of equations that run other jaxprs.

    Args:
        builder: receives the scopes.
        assembly: adds the nodes of a body.
    """

    def __init__(self, builder: GraphBuilder, assembly: Assembly) -> None:
        self._builder = builder
        self._assembly = assembly

    def add(self, body: Body, place: int) -> None:
        """Add a loop or branch as a scope with its bodies inside."""
        equation = body.graph.eqns[place]
        kind = equation.primitive.name
        # `cond` is also what the condition of a loop is called.
        type_ = "choice" if kind in BRANCHES else kind
        scope = self._open_scope(body, equation, kind, type_)
        if kind in BRANCHES:
            self._add_branches(body, place, scope)
        elif kind == "scan":
            self._add_scan(body, place, scope)
        else:
            self._add_while(body, place, scope)

    def add_call(self, body: Body, place: int) -> None:
        """Add a called function: as a scope if it does several things, else without one."""
        equation = body.graph.eqns[place]
        jaxpr = inner_jaxpr(equation)
        live = self._assembly.liveness
        wanted = [result in body.live.needed for result in equation.outvars]
        if live.of(jaxpr, wanted).operations > 1:
            name = str(equation.params.get("name") or equation.primitive.name).lstrip("_")
            name = "remat" if name in REMATERIALIZED else name
            scope = self._open_scope(body, equation, name, equation.primitive.name)
        else:
            _, scope = self._assembly.scope_of(body, equation)
        pair = inner_program(equation), inner_program(body.twin_equation(place))
        inner = self._run(body, place, pair, scope, wanted=wanted)
        for result, variable in zip(equation.outvars, inner.graph.outvars, strict=True):
            self._assembly.bind(body, result, self._result(inner, variable))

    # Loops ---------------------------------------------------------------------------------

    def _add_scan(self, body: Body, place: int, scope: str) -> None:
        equation, twin = body.graph.eqns[place], body.twin_equation(place)
        constants, carried = equation.params["num_consts"], equation.params["num_carry"]
        self._note_trips(
            scope, self._assembly.sizes.size(equation.params["length"], twin.params["length"])
        )
        jaxpr, other = equation.params["jaxpr"], twin.params["jaxpr"]
        inputs = self._references(body, place, scope)
        first = constants + carried
        used = self._assembly.liveness.scan_inputs(equation)
        for index in (place for place in range(first, len(inputs)) if used[place]):
            inputs[index] = self._slice(
                inputs[index], jaxpr, other, index, scope, self._assembly.tell(body, equation)
            )
        inner = self._run(body, place, (jaxpr, other), scope, inputs=inputs)
        results = inner.graph.outvars
        self._carry(inner, (inner,), results[:carried], constants)
        for result, variable in zip(equation.outvars[:carried], results[:carried], strict=True):
            self._assembly.bind(body, result, self._result(inner, variable))
        for result, variable in zip(equation.outvars[carried:], results[carried:], strict=True):
            if result in body.live.needed:
                self._stack(body, result, inner, variable, self._assembly.tell(body, equation))

    def _slice(
        self,
        source: Reference,
        jaxpr: Any,
        twin: Any,
        index: int,
        scope: str,
        attributes: dict[str, Any],
    ) -> Reference:
        """Return what a body sees of a tensor that a scan goes through step by step."""
        if source is None:
            return None
        ours, theirs = open_jaxpr(jaxpr).invars[index], open_jaxpr(twin).invars[index]
        node = self._builder.add_node(
            "scan_slice",
            "scan_slice",
            NodeKind.OP,
            scope=scope,
            outputs=[self._assembly.sizes.spec(ours.aval, theirs.aval)],
            weights=(source.weight,) if isinstance(source, WeightRead) else (),
            attributes=attributes,
        )
        if isinstance(source, Port):
            self._builder.add_edge(source, node, 0)
        return Port(node)

    def _stack(
        self, body: Body, result: Any, inner: Body, variable: Any, attributes: dict[str, Any]
    ) -> None:
        """Add the node that collects what a scan makes at every step."""
        node = self._builder.add_node(
            "scan_stack",
            "scan_stack",
            NodeKind.OP,
            scope=inner.scope,
            outputs=[body.shapes.spec(result)],
            weights=self._assembly.weights(inner, [variable]),
            attributes=attributes,
        )
        self._assembly.connect(inner, [variable], node, scope=inner.scope)
        self._assembly.bind(body, result, Port(node))

    def _add_while(self, body: Body, place: int, scope: str) -> None:
        equation, twin = body.graph.eqns[place], body.twin_equation(place)
        first, second = equation.params["cond_nconsts"], equation.params["body_nconsts"]
        inputs = self._references(body, place, scope)
        carried = inputs[first + second :]
        given = {"cond": [*inputs[:first], *carried], "body": [*inputs[first:][:second], *carried]}
        parts = {}
        for name, references in given.items():
            pair = equation.params[f"{name}_jaxpr"], twin.params[f"{name}_jaxpr"]
            inner_scope = self._builder.open_scope(name, name, ScopeKind.SUBGRAPH, parent=scope)
            parts[name] = self._run(body, place, pair, inner_scope, inputs=references)
        self._note_trips(scope, count_trips(equation, body.value))
        loop = parts["body"]
        self._carry(loop, (loop,), loop.graph.outvars, second)
        self._carry(loop, (parts["cond"],), loop.graph.outvars, first)
        for result, variable in zip(equation.outvars, loop.graph.outvars, strict=True):
            self._assembly.bind(body, result, self._result(loop, variable))

    def _carry(
        self, loop: Body, readers: Iterable[Body], results: Sequence[Any], first: int
    ) -> None:
        """Lead what a body hands on to those who read it at the next step."""
        for index, result in enumerate(results, first):
            value = self._result(loop, result)
            for part in readers:
                taken = part.graph.invars[index]
                if isinstance(value, Port) and result is not taken:
                    for node, port in part.consumers.get(taken, []):
                        self._builder.add_edge(value, node, port, EdgeKind.STATE)

    def _note_trips(self, scope: str, trips: Dimension) -> None:
        if trips is not None:
            opened = self._builder.get_scope(scope)
            self._builder.put_scope(replace(opened, attributes={"trip_count": trips}))

    # Branches ------------------------------------------------------------------------------

    def _add_branches(self, body: Body, place: int, scope: str) -> None:
        equation, twin = body.graph.eqns[place], body.twin_equation(place)
        inputs = self._references(body, place, scope)[1:]
        pairs = list(zip(equation.params["branches"], twin.params["branches"], strict=True))
        made = {}
        for number in _order_of_branches(body.graph, equation):
            name = f"branch_{number}"
            inner_scope = self._builder.open_scope(name, "branch", ScopeKind.SUBGRAPH, parent=scope)
            made[number] = self._run(body, place, pairs[number], inner_scope, inputs=inputs)
        parts = [made[number] for number in range(len(pairs))]
        node = self._builder.add_node(
            "choose",
            "cond",
            NodeKind.OP,
            scope=scope,
            outputs=[body.shapes.spec(variable) for variable in equation.outvars],
            weights=tuple(
                weight
                for part in parts
                for weight in self._assembly.weights(part, part.graph.outvars)
            ),
            attributes=self._assembly.tell(body, equation),
        )
        self._assembly.connect(body, equation.invars[:1], node, scope=scope)
        count = len(equation.outvars)
        for number, part in enumerate(parts):
            self._assembly.connect(
                part, part.graph.outvars, node, scope=part.scope, first_port=1 + number * count
            )
        for port, variable in enumerate(equation.outvars):
            self._assembly.bind(body, variable, Port(node, port))

    # All -----------------------------------------------------------------------------------

    def _open_scope(self, body: Body, equation: Any, name: str, type_: str) -> str:
        _, parent = self._assembly.scope_of(body, equation)
        return self._builder.open_scope(
            name,
            type_,
            ScopeKind.SUBGRAPH,
            parent=parent,
            source=self._assembly.line_of(body, equation),
        )

    def _references(self, body: Body, place: int, scope: str) -> list[Reference]:
        """Return what the operands of an equation stand for; literals get a node in `scope`."""
        ours, theirs = body.graph.eqns[place].invars, body.twin_equation(place).invars
        return [
            self._assembly.reference(body, atom, other, scope)
            for atom, other in zip(ours, theirs, strict=True)
        ]

    def _result(self, inner: Body, variable: Any) -> Reference:
        return self._assembly.reference(inner, variable, variable, inner.scope)

    def _run(
        self,
        body: Body,
        place: int,
        pair: tuple[Any, Any],
        scope: str,
        *,
        inputs: Sequence[Reference] | None = None,
        wanted: Sequence[bool] | None = None,
    ) -> Body:
        """Add a jaxpr and its twin as a body in a scope."""
        equation = body.graph.eqns[place]
        jaxpr, twin = pair
        owner, _ = self._assembly.scope_of(body, equation)
        inner = self._assembly.make_body(
            open_jaxpr(jaxpr),
            None if body.twin is None else open_jaxpr(twin),
            scope,
            inputs=self._references(body, place, scope) if inputs is None else inputs,
            constants=list(zip(constants_of(jaxpr), constants_of(twin), strict=True)),
            owner=owner,
            line=self._assembly.line_of(body, equation),
            wanted=wanted,
        )
        inner.told = self._assembly.tell(body, equation)
        if len(inner.graph.invars) == len(equation.invars):
            inner.values.update(body.known_values(equation.invars, inner.graph.invars))
        self._assembly.add_body(inner)
        return inner


def _order_of_branches(graph: Any, equation: Any) -> list[int]:
    """Return the numbers of the branches in the order in which the program wrote them.

    A condition is made a number, false is 0, but `cond` takes the branch for true first.
    """
    numbers = list(range(len(equation.params["branches"])))
    index = equation.invars[0]
    maker = next((each for each in graph.eqns if index in each.outvars), None)
    is_condition = maker is not None and maker.invars[0].aval.dtype == bool
    return numbers[::-1] if is_condition else numbers
