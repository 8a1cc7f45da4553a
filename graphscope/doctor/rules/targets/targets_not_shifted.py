"""What a sequence model is to predict is not shifted against what it is fed, or only one is cut."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.output_side import output_side
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, label, shape, where

ID = "targets-not-shifted"


@dataclass(frozen=True, slots=True, eq=False)
class Shifted:
    """A sequence of which one use is cut at an end, and another use is not.

    Attributes:
        file: where both stand.
        cut: the use that is cut: `words[:, :-1]`.
        whole: the use that is not.
        text: what the other use should be: `words[:, 1:]`.
    """

    file: SourceFile
    cut: ast.Subscript
    whole: ast.expr
    text: str


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a slice of all steps but the last, or the first, where lengths differ by one."""
    comparison = find_comparison(case)
    if comparison is None or comparison.role != "loss":
        return
    target, prediction = comparison.target, comparison.prediction
    if len(target) < 2 or len(prediction) < 2 or None in (target[1], prediction[1]):
        return
    more = (target[1] or 0) - (prediction[1] or 0)
    if abs(more) != 1:
        return
    found = list(_shifted(case, target_is_longer=more == 1))
    if len({(each.file.path, each.whole.lineno) for each in found}) == 1:
        yield _tell(case, comparison, found[0], more)


def _shifted(case: Case, *, target_is_longer: bool) -> Iterator[Shifted]:
    for file in case.program.files:
        if not case.program.is_own(file.path):
            continue
        for node in ast.walk(file.tree):
            if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
                continue
            end = _end_cut(node)
            # The input goes without its last step, the target without its first.
            if end != ("last" if target_is_longer else "first"):
                continue
            whole = _whole_use(file, node)
            if whole is not None:
                yield Shifted(file, node, whole, _other_end(file, node, whole))


def _end_cut(node: ast.Subscript) -> str:
    """Return which end of the steps a slice leaves out: `first`, `last`, or nothing."""
    entries = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    step = entries[-1]
    if len(entries) > 2 or not isinstance(step, ast.Slice) or step.step is not None:
        return ""
    if any(ast.unparse(each) != ":" for each in entries[:-1]):
        return ""
    lower, upper = ("" if e is None else ast.unparse(e) for e in (step.lower, step.upper))
    return {":-1": "last", "1:": "first"}.get(f"{lower}:{upper}", "")


def _other_end(file: SourceFile, cut: ast.Subscript, whole: ast.expr) -> str:
    before = "1:" if _end_cut(cut) == "last" else ":-1"
    axes = ":, " if isinstance(cut.slice, ast.Tuple) else ""
    return f"{file.segment(whole)}[{axes}{before}]"


def _whole_use(file: SourceFile, cut: ast.Subscript) -> ast.expr | None:
    """Return the use of the same sequence that is not cut: in the statement, else the function."""
    text = ast.dump(cut.value)
    statement = file.statement_of(cut)
    for around in (statement, file.function_of(cut) or file.tree):
        found = [
            each
            for each in ast.walk(around)
            if isinstance(each, ast.Name | ast.Attribute)
            and isinstance(each.ctx, ast.Load)
            and each is not cut.value
            and ast.dump(each) == text
            and _is_handed_over(file, each)
        ]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _is_handed_over(file: SourceFile, node: ast.expr) -> bool:
    """Whether an expression is a value as a whole: returned, assigned, an element, an argument."""
    parent = file.parent(node)
    if isinstance(parent, ast.Call):
        return node in parent.args and _name(parent) in {"fit", "from_tensor_slices", "append"}
    return isinstance(parent, ast.Tuple | ast.List | ast.Dict | ast.Assign | ast.Return)


def _name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _tell(case: Case, comparison: Comparison, found: Shifted, more: int) -> Diagnosis:
    side = output_side(comparison)
    layer = side.stages[-1].call.operation if side is not None and side.stages else None
    place = Place(found.file.path, found.whole.lineno)
    whole, cut = found.file.segment(found.whole), found.file.segment(found.cut)
    fed, wanted = (cut, found.text) if more == 1 else (found.text, cut)
    of = f" of {label(layer)}" if layer is not None else ""
    place_cut = Place(found.file.path, found.cut.lineno)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.96,
        f"Targets have {comparison.target[1]} steps along axis 1, {shape(comparison.target)}, and "
        f"the output{of} has {comparison.prediction[1]}, {shape(comparison.prediction)}: off by "
        f"one.\n{cut} is cut at {where(case, place_cut)}, {whole}{at(case, place)} is not. With "
        f"teacher forcing, {fed} is fed to the model (the decoder), and the targets must be "
        f"{wanted}: the same steps, shifted by one step.",
        places=(place,) if place == place_cut else (place, place_cut),
        layer=getattr(layer, "name", None),
        evidence=(
            Evidence("shape", f"targets {shape(comparison.target)}"),
            Evidence("shape", f"predictions {shape(comparison.prediction)}"),
            Evidence("code", found.file.line_text(place_cut.line), place_cut),
        ),
        fixes=tuple(_fixes(found)),
    )


def _fixes(found: Shifted) -> Iterator[Fix]:
    fix = make_fix(
        Editor(found.file).replace(found.whole, found.text),
        f"Shift by one step: {found.text} instead of {found.file.segment(found.whole)}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix
