"""From a traced JAX program and the record of calls to the parts of a graph document.

Equations become nodes, calls become scopes. Loops, branches and called functions are opened: an
equation in a body takes its tensors straight from their producers outside, so that no argument or
return nodes stand between the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphscope.graph import EdgeKind, GraphBuilder, NodeKind, Port, SourceLine
from graphscope.tracers.jax.attributes import read_attributes, read_literal
from graphscope.tracers.jax.bodies import Body
from graphscope.tracers.jax.control_flow import ControlFlow
from graphscope.tracers.jax.liveness import Liveness
from graphscope.tracers.jax.owners import Owners
from graphscope.tracers.jax.primitives import identity, note, weight
from graphscope.tracers.jax.programs import BRANCHES, LOOPS, inner_jaxpr
from graphscope.tracers.jax.shapes import Shapes, SizeReader, is_literal, pair_variables
from graphscope.tracers.jax.sources import find_line
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.recorder import Call
from graphscope.tracers.scopes import CallScopes, Reference, WeightRead


class Assembly:
    """Fills a graph builder from a traced program.

    Args:
        builder: receives the parts.
        ownership: knows the ids of layers and weights.
        owners: which call made each equation.
        calls: all calls by their number.
        variables: what the index of a `weight` primitive means.
        sizes: reads the sizes of two traces as one.
        lines: the line where a call of a functional model was written.

    Attributes:
        scopes: the scopes of calls.
        dead: number of equations left out because nothing depends on them.
    """

    def __init__(
        self,
        builder: GraphBuilder,
        ownership: Ownership,
        owners: Owners,
        *,
        calls: list[Call],
        variables: list[Any],
        sizes: SizeReader,
        lines: dict[Call, SourceLine],
    ) -> None:
        self._builder = builder
        self._ownership = ownership
        self._owners = owners
        self._calls = calls
        self._numbers = {call: number for number, call in enumerate(calls)}
        self._variables = variables
        self.sizes = sizes
        self.scopes = CallScopes(builder, ownership, lines)
        self.liveness = Liveness()
        self._control_flow = ControlFlow(builder, self)
        self._mask_ports: set[Port] = set()
        self._assigned: dict[Port, str] = {}
        """New values of variables, with the scope in which they were made."""
        self.dead = 0

    # The body of a jaxpr -------------------------------------------------------------------

    def make_body(  # noqa: PLR0913 - what, where, and what it is given
        self,
        jaxpr: Any,
        twin: Any,
        scope: str,
        *,
        inputs: Sequence[Reference],
        constants: Sequence[tuple[Any, Any]],
        owner: Call,
        line: SourceLine | None = None,
        wanted: Sequence[bool] | None = None,
    ) -> Body:
        """Return a jaxpr that is ready to be added.

        Args:
            jaxpr: what is to be turned into nodes.
            twin: the same jaxpr in the other trace, None if there is none.
            scope: where.
            inputs: what each of its inputs stands for.
            constants: the values of its constant variables in both traces.
            owner: the call around it.
            line: the user's line that made the equation which runs it.
            wanted: which of its results are used; all by default.
        """
        live = self.liveness.of(jaxpr, [True] * len(jaxpr.outvars) if wanted is None else wanted)
        around: dict[Call, str] = {}
        call: Call | None = owner
        while call is not None:
            around[call] = scope
            call = call.parent
        body = Body(
            jaxpr,
            scope,
            twin=twin,
            shapes=Shapes(pair_variables(jaxpr, twin), self.sizes),
            live=live,
            references=dict(zip(jaxpr.invars, inputs, strict=True)),
            owner=owner,
            line=line,
            scopes=around,
        )
        for variable, (value, other) in zip(jaxpr.constvars, constants, strict=True):
            body.references[variable] = self._add_constant(
                body, scope, "constant", variable, read_literal(value, other, self.sizes)
            )
        return body

    def add_body(self, body: Body) -> None:
        """Add everything that the wanted results of a body or any call in it depend on."""
        self.dead += body.live.dead
        for place in body.live.places:
            self._add_equation(body, place)
        for number, taken in body.taken.items():
            call = self._calls[number]
            # Calls around the body are not in it, although operations in it are theirs.
            if call in body.scopes and call.context is body.graph:
                outputs = body.returned.get(number, ())
                self.scopes.fill(
                    body.scopes[call], self.ports(body, taken), self.ports(body, outputs)
                )

    def resolve(self, body: Body, atom: Any) -> Reference:
        """Return what a variable stands for; None for a literal or what was left out."""
        return None if is_literal(atom) else body.references.get(atom)

    def ports(self, body: Body, atoms: Iterable[Any]) -> tuple[Port, ...]:
        """Return the tensors that nodes of the document produce."""
        found = (self.resolve(body, atom) for atom in atoms)
        return tuple(dict.fromkeys(port for port in found if isinstance(port, Port)))

    def scope_of(self, body: Body, equation: Any) -> tuple[Call, str]:
        """Return the call that made an equation of a body, and its scope there."""
        owner = self.owner_of(body, equation)
        return owner, body.scope if owner is body.owner else self.scopes.of(body, owner)

    def owner_of(self, body: Body, equation: Any) -> Call:
        """Return the call that made an equation of a body."""
        owner = self._owners.of(equation)
        return body.owner if owner is None or owner.context is not body.graph else owner

    def line_of(self, body: Body, equation: Any) -> SourceLine | None:
        """Return the user's line that an equation comes from."""
        return find_line(equation) or body.line

    def _add_equation(self, body: Body, place: int) -> None:
        equation = body.graph.eqns[place]
        primitive = equation.primitive
        if primitive is note:
            return
        if primitive is weight:
            self._add_weight(body, equation)
        elif primitive is identity:
            self._add_identity(body, place)
        elif primitive.name in LOOPS or primitive.name in BRANCHES:
            self._control_flow.add(body, place)
        elif inner_jaxpr(equation) is not None:
            self._control_flow.add_call(body, place)
        else:
            self.add_node(body, place)

    # Nodes ---------------------------------------------------------------------------------

    def add_node(self, body: Body, place: int) -> str:
        """Add an equation as a node and return its id."""
        equation = body.graph.eqns[place]
        _, scope = self.scope_of(body, equation)
        attributes = read_attributes(equation.params, body.twin_equation(place).params, self.sizes)
        return self.add_operation(
            body, place, equation.primitive.name, scope=scope, attributes=attributes
        )

    def add_operation(
        self, body: Body, place: int, type_: str, *, scope: str, attributes: dict[str, Any]
    ) -> str:
        """Add a node that takes and makes what an equation does, and return its id."""
        equation = body.graph.eqns[place]
        node = self._builder.add_node(
            type_,
            type_,
            NodeKind.OP,
            scope=scope,
            outputs=[body.shapes.spec(variable) for variable in equation.outvars],
            weights=self.weights(body, equation.invars),
            attributes=attributes | self.tell(body, equation),
            source=self.line_of(body, equation),
        )
        self.connect(
            body, equation.invars, node, scope=scope, twins=body.twin_equation(place).invars
        )
        for port, variable in enumerate(equation.outvars):
            self.bind(body, variable, Port(node, port))
            if variable in body.assigned:
                self._assigned[Port(node, port)] = scope
        return node

    def tell(self, _body: Body, _equation: Any) -> dict[str, Any]:
        """Return what is known of an equation beside its parameters."""
        return {}

    def bind(self, body: Body, variable: Any, reference: Reference) -> None:
        """Let a variable of a body stand for a tensor or a weight."""
        body.references[variable] = reference
        if variable in body.masks and isinstance(reference, Port):
            self._mask_ports.add(reference)

    def _add_weight(self, body: Body, equation: Any) -> None:
        variable = self._variables[equation.params["index"]]
        result = equation.outvars[0]
        known = self._ownership.weight_id(variable)
        if known is not None:
            body.references[result] = WeightRead(known)
            return
        node = self._builder.add_node(
            variable.name,
            "Variable",
            NodeKind.CONSTANT,
            scope=body.scope,
            outputs=[body.shapes.spec(result)],
            attributes={"variable": str(variable.path)},
        )
        body.references[result] = Port(node)

    def _add_identity(self, body: Body, place: int) -> None:
        equation = body.graph.eqns[place]
        call = self.owner_of(body, equation)
        if call in self._owners.working or call is body.owner:
            _, scope = self.scope_of(body, equation)
            self.add_operation(body, place, "identity", scope=scope, attributes={"synthetic": True})
            return
        number = self._numbers[call]
        # A call that only hands its input on is one node, with a port for each result.
        result = equation.outvars[0]
        source = self.resolve(body, equation.invars[0])
        if not isinstance(source, Port):
            body.references[result] = source
            return
        returned = body.returned[number]
        node = self.scopes.add_leaf(body, call, map(body.shapes.spec, returned))
        port = returned.index(result)
        self._builder.add_edge(source, node, port)
        body.references[result] = Port(node, port)

    # Tensors -------------------------------------------------------------------------------

    def weights(self, body: Body, atoms: Iterable[Any]) -> tuple[str, ...]:
        """Return the ids of the weights among operands."""
        found = (self.resolve(body, atom) for atom in atoms)
        return tuple(read.weight for read in found if isinstance(read, WeightRead))

    def connect(
        self,
        body: Body,
        atoms: Sequence[Any],
        node: str,
        *,
        scope: str,
        twins: Sequence[Any] = (),
        first_port: int = 0,
    ) -> None:
        """Lead operands to the input ports of a node; literals get a node of their own."""
        others = twins or atoms
        for port, (atom, other) in enumerate(zip(atoms, others, strict=True), first_port):
            source = self.reference(body, atom, other, scope)
            if isinstance(source, Port):
                kind = self._kind(source, scope)
                self._builder.add_edge(source, node, port, kind)
                if not is_literal(atom):
                    body.consumers.setdefault(atom, []).append((node, port))

    def _kind(self, source: Port, scope: str) -> EdgeKind:
        if self._assigned.get(source, scope) != scope:
            return EdgeKind.STATE
        return EdgeKind.MASK if source in self._mask_ports else EdgeKind.DATA

    def reference(self, body: Body, atom: Any, twin: Any, scope: str) -> Reference:
        """Return what an operand stands for; a literal gets a node of its own in `scope`."""
        if not is_literal(atom):
            return body.references.get(atom)
        value = read_literal(atom.val, twin.val, self.sizes)
        return self._add_constant(body, scope, "literal", atom, value)

    def _add_constant(
        self, body: Body, scope: str, type_: str, atom: Any, attributes: dict[str, Any]
    ) -> Port:
        return Port(
            self._builder.add_node(
                type_,
                type_,
                NodeKind.CONSTANT,
                scope=scope,
                outputs=[body.shapes.spec(atom)],
                attributes=attributes,
            )
        )
