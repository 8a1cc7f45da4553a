"""Inputs and labels that are shuffled one by one: two different orders, and no pair is left."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from graphscope.doctor.case import Case
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._shuffles import Shuffle, shuffles_in
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile

ID = "shuffled-apart"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for two shuffles of different arrays in one function whose results are then paired."""
    for file in own_files(case):
        if not case.program.is_own(file.path):
            continue
        for shuffles in shuffles_in(file):
            pair = _apart(file, shuffles)
            if pair is not None:
                yield _tell(case, file, *pair)


def _apart(file: SourceFile, shuffles: Sequence[Shuffle]) -> tuple[Shuffle, Shuffle] | None:
    """Return the first drawings that differ of two arrays that belong together."""
    rows: dict[tuple[str, str], list[Shuffle]] = {}
    for each in shuffles:
        rows.setdefault((each.kind, each.source), []).append(each)
    for (kind, source), own in rows.items():
        for (other_kind, other_source), others in rows.items():
            if kind != other_kind or source == other_source:
                continue
            pair = next((p for p in zip(own, others, strict=False) if _differ(*p)), None)
            if pair is not None and _is_before(*pair) and _paired(file, *pair):
                return pair
    return None


def _differ(first: Shuffle, second: Shuffle) -> bool:
    if first.order is second.order or first.result == second.result:
        return False
    return not (first.seed and first.seed == second.seed)


def _is_before(first: Shuffle, second: Shuffle) -> bool:
    here = (first.node.lineno, first.node.col_offset)
    return here < (second.node.lineno, second.node.col_offset)


def _paired(file: SourceFile, first: Shuffle, second: Shuffle) -> bool:
    """Whether one later statement uses both results: they are meant to belong together."""
    body: ast.AST = file.function_of(second.node) or file.tree
    end = second.statement.end_lineno or second.statement.lineno
    for node in ast.walk(body):
        if not isinstance(node, ast.stmt) or isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        if node.lineno <= end or _is_compound(node):
            continue
        names = {ast.unparse(each) for each in ast.walk(node) if isinstance(each, _NAMED)}
        if {first.result, second.result} <= names:
            return True
    return False


_NAMED = (ast.Name, ast.Attribute)


def _is_compound(node: ast.stmt) -> bool:
    return hasattr(node, "body")


def _tell(case: Case, file: SourceFile, first: Shuffle, second: Shuffle) -> Diagnosis:
    places = (Place(file.path, second.node.lineno), Place(file.path, first.node.lineno))
    one, other = first.result, second.result
    how = {
        "index": "a second random permutation gives another order",
        "inplace": "the second shuffle draws another order",
        "value": "the second shuffle draws another order",
        "dataset": "two shuffle calls draw two different orders",
    }[second.kind]
    remedy = {
        "index": f"Draw one order and index both with it (index {other} with the same order).",
        "inplace": "Draw one permutation, order = rng.permutation(len(x)), and index both with it.",
        "value": "Shuffle both in one call, or index both with the same permutation.",
        "dataset": "zip the datasets first, then shuffle the pairs.",
    }[second.kind]
    relative = case.program.relative(file.path)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{one} and {other} are shuffled separately, at {relative}:{first.node.lineno} and "
        f"{relative}:{second.node.lineno}: {how}, so the pairs are broken and the labels no longer "
        "belong to the inputs.\nNothing fails, but accuracy stays at chance on train and "
        f"validation data{_chance(case)}.\n{remedy}",
        places=places,
        evidence=(
            Evidence("code", file.line_text(first.node.lineno), places[1]),
            Evidence("code", file.line_text(second.node.lineno), places[0]),
            Evidence("note", "the same rows have different numbers in the two orders"),
        ),
        fixes=tuple(fix for fix in _fixes(file, first, second) if fix is not None),
    )


def _chance(case: Case) -> str:
    from graphscope.doctor.checks._trained import summaries, targets_of, trainings

    for fit in trainings(case):
        for target in summaries(targets_of(fit)):
            classes = target.distinct if target.is_integral and target.spec.shape else None
            if classes and 2 <= classes <= 100 and len(target.spec.shape or ()) <= 2:
                return f" (1 / {classes} classes = {1 / classes:.2f})"
    return ""


def _fixes(file: SourceFile, first: Shuffle, second: Shuffle) -> Iterator[Fix | None]:
    if second.kind == "index":
        yield from _same_order(file, first, second)
    elif second.kind == "dataset":
        yield from _zipped(file, first, second)
    elif second.kind == "inplace" and len(first.call.args) == 1:
        yield _one_permutation(file, first, second)


def _same_order(file: SourceFile, first: Shuffle, second: Shuffle) -> Iterator[Fix | None]:
    assert first.index is not None
    assert second.index is not None
    if isinstance(first.index, ast.Name):
        yield make_fix(
            Editor(file).replace(second.index, first.index.id),
            f"Index {second.source} with the same order as {first.source}: {first.index.id}",
            repair_class=RepairClass.A,
            likelihood=0.95,
        )
        return
    name = "order"
    editor = Editor(file)
    editor.insert_before(first.statement, f"{name} = {file.segment(first.index)}")
    editor.replace(first.index, name).replace(second.index, name)
    yield make_fix(
        editor,
        f"Draw one order and index {first.source} and {second.source} with it",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )


def _one_permutation(file: SourceFile, first: Shuffle, second: Shuffle) -> Fix | None:
    """Replace `rng.shuffle(x); rng.shuffle(y)` by one permutation."""
    if not isinstance(first.statement, ast.Expr) or not isinstance(first.call.func, ast.Attribute):
        return None
    owner = file.segment(first.call.func.value)
    if owner == "random":
        return None
    editor = Editor(file)
    editor.replace(
        first.statement,
        f"order = {owner}.permutation(len({first.source}))\n"
        f"{' ' * first.statement.col_offset}{first.source} = {first.source}[order]",
    )
    editor.replace(second.statement, f"{second.source} = {second.source}[order]")
    return make_fix(
        editor,
        f"Draw one permutation and index {first.source} and {second.source} with it",
        repair_class=RepairClass.A,
        likelihood=0.85,
    )


def _zipped(file: SourceFile, first: Shuffle, second: Shuffle) -> Iterator[Fix | None]:
    body: ast.AST = file.function_of(second.node) or file.tree
    zipped = next(
        (
            node
            for node in ast.walk(body)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "zip"
        ),
        None,
    )
    if zipped is None:
        return
    for one in (first, second):
        assert isinstance(one.call.func, ast.Attribute)
    arguments = ", ".join(file.segment(each) for each in second.call.args)
    options = "".join(f", {file.segment(each)}" for each in second.call.keywords)
    editor = Editor(file).wrap(zipped, "", f".shuffle({(arguments + options).lstrip(', ')})")
    for one in (first, second):
        assert isinstance(one.call.func, ast.Attribute)
        editor.replace(one.call, file.segment(one.call.func.value))
    yield make_fix(
        editor,
        "Zip inputs and labels first, then shuffle the pairs",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
