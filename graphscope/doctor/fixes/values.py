"""Fixes that give a dimension another value, at each place where that can be done."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.names import frames_in, named_values
from graphscope.doctor.origins import Origin
from graphscope.doctor.source import Editor, SourceFile


def toward(
    case: Case,
    origin: Origin,
    value: int,
    *,
    purpose: str,
    repair_class: RepairClass = RepairClass.B,
    likelihood: float = 0.5,
    limit: int = 4,
) -> list[Fix]:
    """Return the fixes that make a value what it should be, most natural first.

    Every step of the origin's chain that hands the value on unchanged is a place to do so. Where a
    name or a setting at that place has the wanted value already, it is used; else the number. A
    number that only this value depends on is changed where it stands; one that serves others too
    is left alone, and the use is changed.

    Args:
        case: the case.
        origin: where the present value came from.
        value: the wanted one.
        purpose: why, for the titles: "to match the 6 classes".
        repair_class: how much intent it presumes.
        likelihood: of the first fix; later ones get less.
        limit: how many fixes at most.
    """
    fixes: list[Fix] = []
    for rank, (editor, change) in enumerate(_changes(case, origin, value)):
        fix = make_fix(
            editor,
            f"{change} {purpose}".strip(),
            repair_class=repair_class,
            likelihood=max(likelihood - 0.07 * rank, 0.05),
        )
        if fix is not None and all(fix.edits != other.edits for other in fixes):
            fixes.append(fix)
        if len(fixes) == limit:
            break
    return fixes


def _changes(case: Case, origin: Origin, value: int) -> Iterator[tuple[Editor, str]]:
    steps = [step for step in _handing_on(origin) if _editable(case, step)]
    steps.sort(key=lambda step: _cost(case, step))
    for step in steps:
        file, node = step.file, step.node
        assert file is not None
        assert isinstance(node, ast.expr)
        if step.kind == "default":
            yield from _at_the_call(case, file, node, value)
        for text in _texts(case, file, node, value):
            yield Editor(file).replace(node, text), _told(file, node, text)


def _handing_on(origin: Origin) -> list[Origin]:
    """Return the steps of the chain that have the value itself, nearest first."""
    steps: list[Origin] = []
    for step in origin.chain():
        if step.value != origin.value and steps:
            break
        steps.append(step)
    return steps


def _editable(case: Case, step: Origin) -> bool:
    return (
        step.file is not None
        and case.program.is_own(step.file.path)
        and isinstance(step.node, ast.expr)
        and step.kind in {"literal", "default", "name", "parameter", "attribute", "arithmetic"}
    )


def _cost(case: Case, step: Origin) -> int:
    """Literals that serve one purpose come before uses, and uses before shared settings."""
    assert step.file is not None
    if step.kind == "default":
        return 1
    if step.kind != "literal":
        return 2
    statement = step.file.statement_of(step.node) if step.node else None
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return 0 if _uses(case, step.file, statement) <= 1 else 3
    return 0


def _uses(case: Case, file: SourceFile, statement: ast.Assign | ast.AnnAssign) -> int:
    """Return how many places of the program read what a statement assigns."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = {
        node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)
    }
    names |= {
        node.attr
        for target in targets
        for node in ast.walk(target)
        if isinstance(node, ast.Attribute)
    }
    return sum(
        1
        for each in {id(one): one for one in [file, *case.program.files]}.values()
        for node in ast.walk(each.tree)
        if isinstance(getattr(node, "ctx", None), ast.Load)
        and (getattr(node, "id", None) in names or getattr(node, "attr", None) in names)
    )


def _texts(case: Case, file: SourceFile, node: ast.expr, value: int) -> list[str]:
    if isinstance(node, ast.Constant):
        named = named_values(case, file, node, value)
        statement = file.statement_of(node)
        # A setting gets a number; a number inside a call may as well get a name.
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is node:
            return [str(value)]
        return [str(value), *named[:1]]
    return [*named_values(case, file, node, value)[:2], str(value)]


def _at_the_call(
    case: Case, file: SourceFile, default: ast.expr, value: int
) -> Iterator[tuple[Editor, str]]:
    """Pass the argument where the function is called, instead of taking its default."""
    function = next(iter(file.ancestors(default)[1:2]), None)
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    name = _parameter_with(function, default)
    for _, outer in frames_in(case, file, function.body[0]):
        found = case.program.call(outer[0]) if outer else None
        if name is None or found is None or not case.program.is_own(found[0].path):
            continue
        caller, call = found
        text = next(iter(named_values(case, caller, call, value)), str(value))
        change = f"Pass {name}={text} to {caller.segment(call.func)}"
        yield Editor(caller).set_keyword(call, name, text), change
        return


def _parameter_with(
    function: ast.FunctionDef | ast.AsyncFunctionDef, default: ast.expr
) -> str | None:
    spec = function.args
    positional = [*spec.posonlyargs, *spec.args]
    pairs = list(
        zip(positional[len(positional) - len(spec.defaults) :], spec.defaults, strict=True)
    )
    pairs += [
        (a, d) for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None
    ]
    return next((parameter.arg for parameter, given in pairs if given is default), None)


def _told(file: SourceFile, node: ast.expr, text: str) -> str:
    before = file.segment(node)
    statement = file.statement_of(node)
    if isinstance(statement, ast.Assign) and statement.value is node:
        return f"Set {file.segment(statement.targets[0])} = {text} instead of {before}"
    if isinstance(statement, ast.AnnAssign) and statement.value is node:
        return f"Set {file.segment(statement.target)} = {text} instead of {before}"
    keyword = file.parent(node)
    if isinstance(keyword, ast.keyword) and keyword.arg:
        return f"Use {keyword.arg}={text} instead of {before}"
    return f"Use {text} instead of {before}"
