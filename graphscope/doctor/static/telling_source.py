"""How a check words what it found in source."""

from __future__ import annotations

import ast

from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.editing import Editor


def diagnose(  # noqa: PLR0913 - the facts of a diagnosis, keyword-only
    rule: str,
    file: SourceFile,
    node: ast.expr | ast.stmt,
    *,
    severity: Severity,
    confidence: float,
    problem: str,
    remedy: str,
    layer: str | None = None,
    also: tuple[ast.expr | ast.stmt, ...] = (),
    fixes: tuple[Fix | None, ...] = (),
) -> Diagnosis:
    """Return a diagnosis about an expression or statement; `also` are places that bear on it."""
    nodes = (node, *also)
    places = tuple(dict.fromkeys(Place(file.path, each.lineno) for each in nodes))
    return Diagnosis(
        rule=rule,
        severity=severity,
        confidence=confidence,
        message=f"{problem}\n{remedy}",
        places=places,
        layer=layer,
        evidence=tuple(Evidence("code", file.line_text(each.line), each) for each in places),
        fixes=tuple(fix for fix in fixes if fix is not None),
    )


def make_fix(
    title: str,
    editor: Editor,
    *,
    repair_class: RepairClass = RepairClass.A,
    likelihood: float = 0.9,
) -> Fix | None:
    """Return the fix that an editor has made; None when its text is not valid Python."""
    if not editor.parses():
        return None
    return Fix(title, editor.edits(), repair_class, likelihood=likelihood)
