"""Which call, or which phase of the step, made each equation of a training step."""

from __future__ import annotations

from typing import Any

from graphscope.analysis.phases import FORWARD, LOSS, METRICS, UPDATE
from graphscope.tracers.jax.owners import Owners
from graphscope.tracers.jax.primitives import OWN
from graphscope.tracers.jax.training.phases import Phases
from graphscope.tracers.recorder import Call
from graphscope.tracers.steps.parts import Part


class StepOwners(Owners):
    """The calls of a step; gradients lie in calls that mirror those they are the gradients of.

    Args:
        jaxpr: the outermost jaxpr.
        calls: all calls by their number.
        phases: the phases of the step.
        step: the call of the step.
    """

    def __init__(self, jaxpr: Any, calls: list[Call], phases: Phases, step: Call) -> None:
        self._phases = phases
        self._outermost = jaxpr
        self._mirrored: dict[int, Call] = {}
        step.context = jaxpr
        for child in step.children:
            child.context = jaxpr
        super().__init__(jaxpr, calls)

    def of(self, equation: Any) -> Call | None:
        """Return the innermost call in this jaxpr that made an equation."""
        return self._mirrored.get(id(equation)) or super().of(equation)

    def gradient_of(self, equation: Any) -> Call | None:
        """Return the call that an equation is the gradient of, if it is one."""
        _, backward = self.read(equation)
        return self.calls[backward[-1]] if backward else None

    def is_gradient(self, call: Call) -> bool:
        """Whether a call stands for gradients, or lies in one that does."""
        around: Call | None = call
        while around is not None and around is not self._phases.gradient:
            around = around.parent
        return around is not None

    def place(self, jaxpr: Any) -> None:
        """Give every equation a call: what no call made is between two phases."""
        super().place(jaxpr)
        between = self._phases.call(FORWARD)
        for equation in jaxpr.eqns:
            numbers, backward = self.read(equation)
            for number in numbers:
                self._place_parts(self.calls[number])
            if backward is not None:
                call = self._phases.gradient
                for number in backward:
                    if self.calls[number] is not self._phases.call(FORWARD):
                        call = self._phases.mirror(self.calls[number], call, jaxpr)
                self._mirrored[id(equation)] = call
                between = self._phases.gradient
            elif numbers:
                between = self._after(self.calls[numbers[0]], between)
            elif jaxpr is self._outermost and equation.primitive not in OWN:
                self._mirrored[id(equation)] = between

    def _after(self, call: Call, between: Call) -> Call:
        """Return the phase of what no call makes after an equation of a call."""
        if call is self._phases.call(UPDATE):
            return self._phases.call(METRICS)
        return call if call is self._phases.call(LOSS) else between

    def _place_parts(self, call: Call) -> None:
        """Let the parts around a call, which make nothing themselves, belong to its jaxpr."""
        around = call.parent
        while around is not None and around.context is None and isinstance(around.operation, Part):
            around.context = call.context
            around = around.parent
