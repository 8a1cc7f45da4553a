"""From a traced step to nodes: as for a call, and gradients say what they are the gradients of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphscope.graph import Port
from graphscope.tracers.frames import is_user_code
from graphscope.tracers.jax.assembly import Assembly
from graphscope.tracers.jax.bodies import Body
from graphscope.tracers.jax.training.owners import StepOwners
from graphscope.tracers.recorder import Call

_OWN_FRAMES = ("/jax/_src/",)
"""Where the innermost frames of an equation lie, which differ between forward and gradient."""


@dataclass(frozen=True, slots=True)
class _Forward:
    """A node that is no gradient, with the tensors that it takes and makes."""

    type: str
    node: str
    tensors: set[Port]


class StepAssembly(Assembly):
    """Fills a graph builder from a traced step."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._step_owners: StepOwners = args[2]
        self._gradients: set[Port] = set()
        self._forward: dict[Any, list[_Forward]] = {}

    def add_operation(
        self, body: Body, place: int, type_: str, *, scope: str, attributes: dict[str, Any]
    ) -> str:
        """Add a node, and remember a forward one by the program's lines that made it."""
        node = super().add_operation(body, place, type_, scope=scope, attributes=attributes)
        equation = body.graph.eqns[place]
        owner = self.owner_of(body, equation)
        if self._step_owners.is_gradient(owner):
            self._gradients.update(self.ports(body, equation.outvars))
        elif self._step_owners.read(equation)[1] is None:
            key = (self._step_owners.of(equation), _lines(equation))
            tensors = set(self.ports(body, [*equation.invars, *equation.outvars]))
            self._forward.setdefault(key, []).append(_Forward(type_, node, tensors))
        return node

    def tell(self, body: Body, equation: Any) -> dict[str, Any]:
        """Return the forward node and the layer of a gradient.

        A gradient carries the lines that made its forward equation. Where these made several, it
        is the one that shares most tensors with it, then one of the same primitive. The call as a
        whole is named where it is none of them.
        """
        call = self._step_owners.gradient_of(equation)
        if call is None:
            return body.told
        found = self._choose(body, equation, call)
        forward = self.scopes.call_ids.get(call) if found is None else found.node
        layer = self.layer_of(call)
        told = {"forward": forward, "layer_of": layer}
        return {key: value for key, value in told.items() if value is not None}

    def _choose(self, body: Body, equation: Any, call: Call) -> _Forward | None:
        made = self._forward.get((call, _lines(equation)), [])
        saved = set(self.ports(body, equation.invars)) - self._gradients

        def fit(forward: _Forward) -> tuple[int, bool]:
            return len(saved & forward.tensors), forward.type == equation.primitive.name

        best = max(made, key=fit, default=None)
        return None if best is None or (saved and not saved & best.tensors) else best

    def layer_of(self, call: Call | None) -> str | None:
        """Return the id of the innermost layer around a call."""
        while call is not None and not call.is_layer:
            call = call.parent
        return None if call is None else self._ownership.layer_id(call.operation)


def _lines(equation: Any) -> tuple[Any, ...]:
    """Return the lines of Python that made an equation, without those inside of JAX."""
    traceback = equation.source_info.traceback
    if traceback is None:
        return ()
    codes, instructions = traceback.raw_frames()
    for first, code in enumerate(codes):
        if is_user_code(code.co_filename) or not any(
            part in code.co_filename for part in _OWN_FRAMES
        ):
            return (*codes[first:], *instructions[first:])
    return ()
