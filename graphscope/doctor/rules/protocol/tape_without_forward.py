"""The model is called before the gradient tape begins, so that the tape saw nothing of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.facts.tensors import is_layer
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import at, code, distinct

ID = "tape-without-forward"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for what a tape's block uses of a model that was called before it."""
    failure = case.failure
    if (
        failure is None
        or not failure.site
        or not any(
            name.endswith("_filter_empty_gradients") for name, _, _, _ in failure.keras_frames[:3]
        )
    ):
        return
    frame = failure.site[0]
    file = case.program.file(frame.position.file)
    if file is None or not case.program.is_own(file.path):
        return
    for block in _tapes(file, frame):
        early = _early(case, file, block, frame)
        if early is not None:
            yield _tell(case, file, block, early)
            return


def _tapes(file: SourceFile, frame: Frame) -> Iterator[ast.With]:
    """Yield the blocks of gradient tapes before the failing line, nearest first."""
    line = frame.position.line
    blocks = [
        node
        for node in ast.walk(file.tree)
        if isinstance(node, ast.With)
        and node.lineno <= line
        and any("GradientTape" in file.segment(item.context_expr) for item in node.items)
    ]
    yield from sorted(blocks, key=lambda each: -each.lineno)


def _early(case: Case, file: SourceFile, block: ast.With, frame: Frame) -> ast.Assign | None:
    """Return the assignment of a model's output that the block uses and does not make."""
    for node in ast.walk(ast.Module(block.body, [])):
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        for found in definitions_of(file, node, before=node)[:1]:
            made, value = found.node, found.value
            inside = block.lineno <= made.lineno <= (block.end_lineno or 0)  # type: ignore[attr-defined]
            if inside or not isinstance(made, ast.Assign) or not isinstance(value, ast.Call):
                continue
            if is_layer(live_value(case, value.func, frame)):
                return made
    return None


def _tell(case: Case, file: SourceFile, block: ast.With, early: ast.Assign) -> Diagnosis:
    line, tape = Place(file.path, early.lineno), Place(file.path, block.lineno)
    text = file.segment(early)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"No gradient reaches any weight: `{text}`{at(case, line)} calls the model before the "
        f"gradient tape begins{at(case, tape)}.\n"
        f"A tape records only what is computed inside its block; all gradients are None.\n"
        f"Move `{text}` into the `with` block.",
        places=distinct([line, tape]),
        layer=None,
        evidence=(code(case, line), code(case, tape)),
        fixes=tuple(_fixes(file, block, early)),
    )


def _fixes(file: SourceFile, block: ast.With, early: ast.Assign) -> Iterator[Fix]:
    text = file.segment(early)
    editor = Editor(file).insert_before(block.body[0], text).delete(early)
    fix = make_fix(
        editor,
        "Call the model inside the tape's block",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix
