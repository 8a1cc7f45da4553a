"""Jaxprs inside jaxprs, and whether two traces are the same program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr

INNER_CALLS = frozenset({
    "jit", "pjit", "closed_call", "core_call", "remat", "remat2", "checkpoint", "custom_jvp_call",
    "custom_vjp_call", "custom_vjp_call_jaxpr", "shard_map", "xla_call", "custom_lin",
    "run_state", "named_call",
})  # fmt: skip
"""Primitives that run one other jaxpr, once, on their own operands."""

LOOPS = frozenset({"scan", "while"})
BRANCHES = frozenset({"cond"})


def inner_jaxpr(equation: Any) -> Any:
    """Return the jaxpr that a call runs; None if it is none, or takes other operands."""
    found = inner_program(equation)
    return None if found is None else open_jaxpr(found)


def inner_program(equation: Any) -> Any:
    """Return the jaxpr that a call runs with its constants, if they are closed in; see above."""
    if equation.primitive.name not in INNER_CALLS:
        return None
    found = [value for value in equation.params.values() if isinstance(value, (ClosedJaxpr, Jaxpr))]
    if len(found) != 1 or len(open_jaxpr(found[0]).invars) != len(equation.invars):
        return None
    return found[0]


def inner_jaxprs(equation: Any) -> Iterator[tuple[str, Any]]:
    """Yield all jaxprs among the parameters of an equation, with the parameter's name."""
    for name, value in equation.params.items():
        for part in value if isinstance(value, (tuple, list)) else (value,):
            if isinstance(part, (ClosedJaxpr, Jaxpr)):
                yield name, open_jaxpr(part)


def open_jaxpr(jaxpr: Any) -> Any:
    """Return the jaxpr inside a closed one."""
    return jaxpr.jaxpr if isinstance(jaxpr, ClosedJaxpr) else jaxpr


def constants_of(closed: Any) -> list[Any]:
    """Return the values of a closed jaxpr's constant variables."""
    return list(closed.consts) if isinstance(closed, ClosedJaxpr) else []


def walk_jaxprs(jaxpr: Any) -> Iterator[Any]:
    """Yield a jaxpr and all inside it, each once, outer ones first."""
    seen = set()
    pending = [jaxpr]
    while pending:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        for equation in current.eqns:
            pending += [part for _, part in inner_jaxprs(equation)]


def are_alike(jaxpr: Any, twin: Any) -> bool:
    """Whether two jaxprs are the same program but for sizes."""
    seen = set()
    pending = [(jaxpr, twin)]
    while pending:
        one, other = pending.pop()
        if one is other or (id(one), id(other)) in seen:
            continue
        seen.add((id(one), id(other)))
        if _signature(one) != _signature(other):
            return False
        for ours, theirs in zip(one.eqns, other.eqns, strict=True):
            inner, outer = list(inner_jaxprs(ours)), list(inner_jaxprs(theirs))
            if len(inner) != len(outer):
                return False
            pairs = zip(inner, outer, strict=True)
            pending += [(part, counterpart) for (_, part), (_, counterpart) in pairs]
    return True


def _signature(jaxpr: Any) -> list[Any]:
    equations = [
        (equation.primitive.name, len(equation.invars), [var.aval.ndim for var in equation.outvars])
        for equation in jaxpr.eqns
    ]
    return [len(jaxpr.invars), len(jaxpr.constvars), len(jaxpr.outvars), *equations]
