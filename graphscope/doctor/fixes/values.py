"""Fixes that give a dimension another value, at each place where that can be done."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.names import frames_in, named_values
from graphscope.doctor.origins import UNKNOWN, Origin, evaluate
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
    for step, node in _by_cost(case, _handing_on(origin)):
        file = step.file
        assert file is not None
        if step.kind == "default":
            yield from _at_the_call(case, file, node, value)
        for text in _texts(case, file, node, value, step.value):
            yield Editor(file).replace(node, text), _told(file, node, text)


def _by_cost(case: Case, steps: list[Origin]) -> list[tuple[Origin, ast.expr]]:
    """Return the steps that an edit may change, those that change nothing else first.

    A literal is cheaper to change than a use of it, unless a name on the way to it is read
    elsewhere too: then the change would reach further than it should.
    """
    ranked: list[tuple[int, Origin, ast.expr]] = []
    shared = 0
    for index, step in enumerate(steps):
        node = _target(case, step, steps[index + 1 : index + 2])
        if node is None or step.file is None:
            continue
        ranked.append((_cost(case, step, node) + shared, step, node))
        if _is_shared(step.file, node):
            shared = 3
    return [(step, node) for _, step, node in sorted(ranked, key=lambda each: each[0])]


def _is_shared(file: SourceFile, node: ast.expr) -> bool:
    """Whether the function around an expression reads its name more than once."""
    if not isinstance(node, ast.Name | ast.Attribute):
        return False
    around: ast.AST | None = file.function_of(node)
    if isinstance(node, ast.Attribute):
        around = file.class_of(node)
    text = ast.dump(_loaded(node))
    reads = [
        each
        for each in ast.walk(around or file.tree)
        if isinstance(each, type(node))
        and isinstance(each.ctx, ast.Load)
        and ast.dump(each) == text
    ]
    return len(reads) > 1


def _loaded(node: ast.Name | ast.Attribute) -> ast.Name | ast.Attribute:
    if isinstance(node, ast.Name):
        return ast.Name(node.id, ast.Load())
    return ast.Attribute(node.value, node.attr, ast.Load())


def _handing_on(origin: Origin) -> list[Origin]:
    """Return the steps of the chain that have the value itself, nearest first."""
    steps: list[Origin] = []
    for step in origin.chain():
        if step.value != origin.value and steps:
            break
        steps.append(step)
    return steps


_EDITABLE = {"literal", "default", "name", "parameter", "attribute", "arithmetic", "call"}


def _target(case: Case, step: Origin, following: list[Origin]) -> ast.expr | None:
    """Return the expression that a step's value is read from, where an edit may change it.

    Args:
        case: the case.
        step: the step; its node may be a shape, of which one entry is meant.
        following: what comes behind it, if anything: the assignment of that entry's name.
    """
    file, node = step.file, step.node
    if file is None or not isinstance(node, ast.expr) or step.kind not in _EDITABLE:
        return None
    if not case.program.is_own(file.path):
        return None
    nodes = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    values = [_value(case, file, each) for each in nodes]
    fitting = [each for each, value in zip(nodes, values, strict=True) if value == step.value]
    if not fitting and following:
        named = following[0].text.partition(" = ")[0]
        fitting = [
            each
            for each, value in zip(nodes, values, strict=True)
            if value is UNKNOWN and file.segment(each) == named
        ]
    return fitting[0] if len(fitting) == 1 else None


def _value(case: Case, file: SourceFile, node: ast.expr) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    frame = next((found for found, _ in frames_in(case, file, node)), None)
    return evaluate(case, node, frame, file=file)


def _cost(case: Case, step: Origin, node: ast.expr) -> int:
    """Literals that serve one purpose come before uses, and uses before shared settings."""
    assert step.file is not None
    statement = step.file.statement_of(node)
    if step.kind == "default" and not isinstance(statement, ast.AnnAssign):
        return 1
    if not isinstance(node, ast.Constant):
        return 2
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


def _texts(case: Case, file: SourceFile, node: ast.expr, value: int, before: object) -> list[str]:
    if isinstance(node, ast.Constant):
        named = named_values(case, file, node, value)
        statement = file.statement_of(node)
        # A setting gets a number; a number inside a call may as well get a name.
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is node:
            return [str(value)]
        return [str(value), *named[:1]]
    named = named_values(case, file, node, value)[:2]
    return [*named, *_computed(file.segment(node), before, value), str(value)]


def _computed(text: str, before: object, value: int) -> list[str]:
    """Return the value as a sum or multiple of what stands there, where one is near.

    >>> _computed("self.patches", 16, 17), _computed("units", 32, 64), _computed("units", 32, 37)
    (['self.patches + 1'], ['units * 2'], [])
    """
    if not isinstance(before, int) or before <= 0 or value <= 0:
        return []
    if abs(value - before) <= 2 < before:
        sign = "+" if value > before else "-"
        return [f"{text} {sign} {abs(value - before)}"]
    if value % before == 0 and value // before <= 4:
        return [f"{text} * {value // before}"]
    if before % value == 0 and before // value <= 4:
        return [f"{text} // {before // value}"]
    return []


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
