"""A step on JAX, traced again and evaluated equation by equation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from graphscope.graph import SourceLine
from graphscope.monitor.distribution.scopes import Scopes
from graphscope.monitor.origin.moments import Moment
from graphscope.monitor.origin.running import run_step
from graphscope.monitor.origin.trail import Origin, Place, Trail
from graphscope.tracers.frames import is_user_code, shorten_path

_INNER = ("jaxpr", "call_jaxpr", "fun_jaxpr")
"""Where primitives that only call have what they call."""
_CALLS = ("jit", "pjit", "closed_call", "core_call", "custom_jvp_call", "custom_vjp_call",
          "custom_vjp_call_jaxpr", "remat", "remat2", "checkpoint")  # fmt: skip

Held = tuple[Any, int]
"""A value, and the number it goes by."""


def replay(model: Any, moment: Moment) -> Origin | None:
    """Return where the first number arose that is not finite."""
    import jax

    made = jax.make_jaxpr(
        lambda state, data: run_step(model.train_step, state, data), return_shape=True
    )
    closed, shapes = made(moment.state, moment.data)
    evaluation = _Evaluation([*(moment.layers or {}).values()])
    state = [evaluation.hold(each) for each in jax.tree.leaves(moment.state)]
    data = [evaluation.hold(each) for each in jax.tree.leaves(moment.data)]
    labels = {id(each): label for label, each in moment.labelled()}
    for value, key in data:
        evaluation.trail.give(key, value, labels.get(id(value), "inputs"))
    results = evaluation.run(closed.jaxpr, closed.consts, [*state, *data])
    _, structure = jax.tree.flatten(shapes)
    logs, (trainable, _others, optimizer, _metrics) = jax.tree.unflatten(
        structure, range(len(results))
    )
    trail = evaluation.trail
    losses = [results[i] for i in jax.tree.leaves(_losses(logs))]
    updated = [results[i] for i in jax.tree.leaves([trainable, optimizer])]
    keys = [key for _, key in updated]
    if any(trail.is_bad(value) for value, _ in [*losses, *updated]):
        is_forward = any(trail.is_bad(value) for value, _ in losses)
        phase: Any = "forward" if is_forward else "gradient"
        return trail.find([*(key for _, key in losses), *keys], phase)
    return None


def _losses(logs: Any) -> Any:
    """Return the losses among a step's logs, or all of them where none goes by that name."""
    if not isinstance(logs, dict):
        return logs
    return {name: each for name, each in logs.items() if "loss" in name} or logs


class _Evaluation:
    def __init__(self, layers: Sequence[str]) -> None:
        self.trail = Trail(_as_array)
        self._scopes = Scopes(layers)
        self._numbers = count()

    def hold(self, value: Any) -> Held:
        return value, next(self._numbers)

    def run(self, jaxpr: Any, consts: Sequence[Any], given: Sequence[Held]) -> list[Held]:
        """Evaluate a program of equations, and take down each of them."""
        from jax.extend.core import Literal

        values: dict[Any, Held] = {}

        def read(variable: Any) -> Held:
            return self.hold(variable.val) if isinstance(variable, Literal) else values[variable]

        values |= zip(jaxpr.constvars, map(self.hold, consts), strict=True)
        values |= zip(jaxpr.invars, given, strict=True)
        for equation in jaxpr.eqns:
            results = self._evaluate(equation, [read(each) for each in equation.invars])
            values |= zip(equation.outvars, results, strict=True)
        return [read(each) for each in jaxpr.outvars]

    def _evaluate(self, equation: Any, operands: list[Held]) -> list[Held]:
        name, params = equation.primitive.name, equation.params
        if name in _CALLS and (inner := _inner(params)) is not None:
            jaxpr, consts = inner
            if len(jaxpr.invars) == len(operands):
                return self.run(jaxpr, consts, operands)
        if name == "cond":
            branch = params["branches"][int(operands[0][0])]
            return self.run(branch.jaxpr, branch.consts, operands[1:])
        bound = equation.primitive.get_bind_params(params)
        functions, options = bound if isinstance(bound, tuple) else ((), bound)  # Before JAX 0.8.
        values = [value for value, _ in operands]
        found = equation.primitive.bind(*functions, *values, **options)
        results = [
            self.hold(each) for each in (found if equation.primitive.multiple_results else [found])
        ]
        self.trail.note(
            name, _pairs(operands), _pairs(results), lambda: self._place(equation.source_info)
        )
        return results

    def _place(self, source: Any) -> Place:
        layer = self._scopes.find(str(source.name_stack))
        return Place(layer, next(_user_lines(source.traceback), None))


def _pairs(held: Sequence[Held]) -> list[tuple[int, Any]]:
    return [(key, value) for value, key in held]


def _inner(params: Any) -> tuple[Any, Sequence[Any]] | None:
    for name in _INNER:
        inner = params.get(name)
        if inner is not None:
            return getattr(inner, "jaxpr", inner), getattr(inner, "consts", ())
    return None


def _user_lines(traceback: Any) -> Iterator[SourceLine]:
    """Yield lines of the user's, the innermost first, up to where the step was run."""
    for frame in traceback.frames if traceback is not None else ():
        if frame.function_name == run_step.__name__ and "graphscope" in frame.file_name:
            return
        if is_user_code(frame.file_name):
            name = frame.function_name
            yield SourceLine(shorten_path(frame.file_name), frame.line_num, name)


def _as_array(value: Any) -> Any | None:
    import jax.numpy as jnp
    import numpy as np

    dtype = getattr(value, "dtype", None)
    if dtype is None:
        return np.asarray(value) if isinstance(value, float) else None
    if not jnp.issubdtype(dtype, jnp.floating):
        return None
    return np.asarray(value).astype("float64")
