"""The single changes of an expression that make a value another one, cheapest first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.fixes.names import frames_in, named_values
from graphscope.doctor.fixes.spelling import Wish, told_change, value_texts
from graphscope.doctor.origins import UNKNOWN, Origin, evaluate
from graphscope.doctor.source import Editor, SourceFile


@dataclass(frozen=True, slots=True)
class Change:
    """An expression replaced, or, with a parameter, an argument passed to a call."""

    file: SourceFile
    node: ast.expr
    text: str
    told: str
    parameter: str = ""

    def apply(self, editor: Editor) -> Editor:
        """Make the change in an editor of its file."""
        if self.parameter and isinstance(self.node, ast.Call):
            return editor.set_keyword(self.node, self.parameter, self.text)
        return editor.replace(self.node, self.text)

    def applied(self) -> Editor:
        """Return an editor with only this change."""
        return self.apply(Editor(self.file))


def changes_toward(case: Case, origin: Origin, value: int, wish: Wish) -> Iterator[Change]:
    """Yield the changes that make the value of an origin another one."""
    for step, node in _by_cost(case, _handing_on(origin)):
        file = step.file
        assert file is not None
        if step.kind == "default":
            yield from _at_the_call(case, file, node, value)
        for text in value_texts(case, file, node, value, step.value, wish):
            yield Change(file, node, text, told_change(file, node, text))
        if step.kind == "default":
            yield from _at_the_settings(case, origin, node, file, value)


def _by_cost(case: Case, steps: list[Origin]) -> list[tuple[Origin, ast.expr]]:
    """Return the steps that an edit may change, those that change nothing else first.

    A literal is cheaper to change than a use of it, unless a name on the way to it is read
    elsewhere too: then the change would reach further than it should.
    """
    ranked: list[tuple[int, Origin, ast.expr]] = []
    shared = 0
    for index, step in enumerate(steps):
        node = None if step.is_passing else _target(case, step, steps[index + 1 : index + 2])
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
        and not (around is None and _is_parameter(file, each))
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
    parts = [node for target in targets for node in ast.walk(target)]
    names = {node.id for node in parts if isinstance(node, ast.Name)}
    names |= {node.attr for node in parts if isinstance(node, ast.Attribute)}
    is_plain = all(isinstance(node, ast.Name) for target in targets for node in [target])
    return sum(
        1
        for each in {id(one): one for one in [file, *case.program.files]}.values()
        for node in ast.walk(each.tree)
        if isinstance(getattr(node, "ctx", None), ast.Load)
        and (getattr(node, "id", None) in names or getattr(node, "attr", None) in names)
        and not (is_plain and each is file and _is_another(file, node, statement))
    )


def _is_another(file: SourceFile, node: ast.AST, statement: ast.stmt) -> bool:
    """Whether a read of a name is of something else: a parameter, or an attribute of `self`."""
    home = file.function_of(statement)
    if home is not None or file.class_of(statement) is not None:
        return False
    if isinstance(node, ast.Attribute):
        return isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}
    return _is_parameter(file, node)


def _is_parameter(file: SourceFile, node: ast.AST) -> bool:
    """Whether a name is a parameter of a function around it, and no variable of the module."""
    function = file.function_of(node)
    while function is not None and isinstance(node, ast.Name):
        spec = function.args
        given = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
        if any(each.arg == node.id for each in given):
            return True
        function = file.function_of(function)
    return False


def _at_the_call(case: Case, file: SourceFile, default: ast.expr, value: int) -> Iterator[Change]:
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
        yield Change(caller, call, text, change, name)
        return


def _at_the_settings(
    case: Case, origin: Origin, default: ast.expr, file: SourceFile, value: int
) -> Iterator[Change]:
    """Give a setting where the object of settings is made, instead of taking its default."""
    statement, home = file.statement_of(default), file.class_of(default)
    if not isinstance(statement, ast.AnnAssign) or home is None:
        return
    name = file.segment(statement.target)
    for step in origin.chain():
        call, place = step.node, step.file
        if not step.is_passing or place is None or not isinstance(call, ast.Call):
            continue
        made = place.segment(call.func)
        if made.rpartition(".")[2] == home.name and case.program.is_own(place.path):
            yield Change(place, call, str(value), f"Give {made} {name}={value}", name)
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
