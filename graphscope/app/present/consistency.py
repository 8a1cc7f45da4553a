"""The report of the consistency check: what was compared with what, and where the two differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphscope.app.facts import Facts
from graphscope.app.present.values import shorten
from graphscope.exporters.drawing import make_safe
from graphscope.graph import Graph, NodeKind, ScopeKind

_LISTED = 100
"""Differences of one check that are listed; the count tells of the others."""

_MESSAGE = 500
"""Characters of a message: names come from the model."""


@dataclass(frozen=True, slots=True)
class Check:
    """One of the checks of `graphscope.analysis.consistency`."""

    title: str
    compared: str
    """What was compared with what; `{count}` stands for how many there were."""
    codes: tuple[str, ...]
    count: Callable[[Facts], int]


def _count_operations(facts: Facts) -> int:
    return sum(node.kind is NodeKind.OP for node in facts.graph.nodes)


def _count_tensors(facts: Facts) -> int:
    nodes = facts.graph.nodes
    return sum(len(node.outputs) for node in nodes if node.kind is NodeKind.OP)


def _count_calls(facts: Facts) -> int:
    return sum(scope.kind is ScopeKind.LAYER for scope in facts.graph.scopes)


def _count_bodies(facts: Facts) -> int:
    return sum(scope.kind is ScopeKind.SUBGRAPH for scope in facts.graph.scopes)


def _count_crossings(facts: Facts) -> int:
    return facts.consistency.explicit_edges + facts.consistency.implicit_edges


CHECKS = (
    Check(
        "Edges between layers",
        "{count} edges of the operations that cross calls, with what each call on the way took "
        "and returned",
        ("hidden flow", "no mask"),
        _count_crossings,
    ),
    Check(
        "Results of calls",
        "{count} tensors that calls returned, with the operations that make them",
        ("unknown tensor", "foreign result"),
        lambda facts: sum(len(scope.outputs) for scope in facts.graph.scopes),
    ),
    Check(
        "Edges that Keras declares",
        "{count} edges of Keras's own functional graph, with those that were found",
        ("missing edge", "extra edge"),
        lambda facts: len(facts.graph.declared),
    ),
    Check(
        "Operations and operands",
        "{count} operations, with the calls around them and the operands their types need",
        ("unowned operation", "missing operand"),
        _count_operations,
    ),
    Check(
        "Input ports",
        "{count} edges, with the ports that they end at",
        ("contested port",),
        lambda facts: len(facts.graph.edges),
    ),
    Check(
        "Order",
        "{count} nodes, with what they depend on: nothing may run in a circle",
        ("circle",),
        lambda facts: len(facts.graph.nodes),
    ),
    Check(
        "Purpose",
        "{count} operations, with what their results are used for",
        ("vain operation",),
        _count_operations,
    ),
    Check(
        "Weights",
        "{count} weights, with the layer that owns them and the calls that read them",
        ("misplaced weight",),
        lambda facts: len(facts.graph.weights),
    ),
    Check(
        "Shapes and dtypes",
        "{count} outputs of operations, with what their operands allow",
        ("impossible spec",),
        _count_tensors,
    ),
    Check(
        "Loops and branches",
        "{count} bodies of loops and branches, with what they carry, hand on and run through",
        ("cut in a loop", "extra in a loop", "wrong trip count", "wrong branch"),
        _count_bodies,
    ),
    Check(
        "Work",
        "{count} calls of layers, with the FLOPs of the operations inside",
        ("other work",),
        _count_calls,
    ),
)


def present_consistency(facts: Facts) -> dict[str, Any]:
    """Return the report as JSON values.

    `checks` has one entry for each check: `title`, `compared` (with `{count}`), `count`, how many
    `differences` there are, and the first of them in `listed` with `code`, `message` and
    `subject`, the id of what is at fault. `unused` lists arguments that nothing consumes.
    """
    report = facts.consistency
    checks = [_present_check(facts, check) for check in CHECKS]
    known = {code for check in CHECKS for code in check.codes}
    others = [each for each in report.violations if each.code not in known]
    if others:
        checks.append(_list("Further checks", "", 0, others))
    return {
        "ok": report.ok,
        "has_operations": bool(_count_operations(facts)),
        "is_compared": _is_compared(facts.graph),
        "explicit_edges": report.explicit_edges,
        "implicit_edges": report.implicit_edges,
        "checks": checks,
        "unused": [
            {"message": make_safe(shorten(str(each), _MESSAGE)), "subject": make_safe(each.scope)}
            for each in report.unused[:_LISTED]
        ],
        "unused_count": len(report.unused),
    }


def _is_compared(graph: Graph) -> bool:
    """Tell whether there are two projections: a recorded run has one only."""
    return graph.metadata.get("producer") != "recorded run" and bool(graph.edges)


def _present_check(facts: Facts, check: Check) -> dict[str, Any]:
    found = [each for each in facts.consistency.violations if each.code in check.codes]
    return _list(check.title, check.compared, check.count(facts), found)


def _list(title: str, compared: str, count: int, found: Sequence[Any]) -> dict[str, Any]:
    return {
        "title": title,
        "compared": compared,
        "count": count,
        "differences": len(found),
        "listed": [
            {
                "code": each.code,
                "message": make_safe(shorten(each.message, _MESSAGE)),
                "subject": make_safe(each.subject),
            }
            for each in found[:_LISTED]
        ],
    }
