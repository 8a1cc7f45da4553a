"""Pictures without a channel axis are given to an ImageDataGenerator."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing, failing, function_name
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import trace_data
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, distinct, shape

ID = "generator-rank"

_PICTURES = 4


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the rank of the pictures with that of a batch of pictures."""
    found = failing(case)
    if found is None or not isinstance(found.node, ast.Call):
        return
    call = found.node
    owner = found.look(call.func.value) if isinstance(call.func, ast.Attribute) else None
    if type(owner).__name__ != "ImageDataGenerator" or function_name(call) not in {"flow", "fit"}:
        return
    node = call.args[0] if call.args else None
    given = shape_of(found.look(node))
    if node is None or not given or len(given) != _PICTURES - 1:
        return
    yield _tell(case, found, node, tuple(given))


def _tell(case: Case, found: Failing, node: ast.expr, given: tuple[int | None, ...]) -> Diagnosis:
    text, name = found.source(node), function_name(found.node)  # type: ignore[arg-type]
    made = _assigned(case, found, node)
    fixes = tuple(_fixes(case, found, node, made))
    places = [place for fix in fixes[:1] for place in fix.places]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{name}(){at(case, found.place)} was given {text}, {shape(given)}, rank {len(given)}: it "
        f"needs rank 4, (samples, height, width, channels); the channel axis is missing.\n"
        f"Pictures in shades of gray have one channel: add the axis with {text}[..., None] or "
        f"np.expand_dims({text}, -1), which gives {shape((*given, 1))}.",
        places=distinct([*places, found.place]),
        evidence=(Evidence("data", f"{text}: {shape(given)}, rank {len(given)}", found.place),),
        fixes=fixes,
    )


def _assigned(case: Case, found: Failing, node: ast.expr) -> tuple[SourceFile, ast.expr] | None:
    """Return the expression that was assigned to the variable."""
    for step in trace_data(case, node, found.frame, file=found.file).chain()[:3]:
        if step.file is None or not isinstance(step.node, ast.expr) or step.node is node:
            continue
        statement = step.file.statement_of(step.node)
        is_whole = isinstance(statement, ast.Assign) and statement.value is step.node
        if is_whole and case.program.is_own(step.file.path):
            return step.file, step.node
    return None


def _fixes(
    case: Case, found: Failing, node: ast.expr, made: tuple[SourceFile, ast.expr] | None
) -> Iterator[Fix]:
    candidates = [
        (found.file, node, "Add the channel axis where the pictures are handed over", 0.7)
    ]
    if made is not None:
        candidates.insert(0, (*made, "Add the channel axis where the pictures are made", 0.85))
    for file, target, title, likelihood in candidates:
        if not case.program.is_own(file.path):
            continue
        loose = isinstance(target, ast.BinOp | ast.UnaryOp)
        before, after = ("(", ")") if loose else ("", "")
        fix = make_fix(
            Editor(file).wrap(target, before, f"{after}[..., None]"),
            f"{title}: [..., None]",
            repair_class=RepairClass.B,
            likelihood=likelihood,
        )
        if fix is not None:
            yield fix
