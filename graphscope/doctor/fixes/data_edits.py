"""Edits that change data: where it is handed over, where it was made, or inside a pipeline."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_steps import DataStep, distinct, steps_of
from graphscope.doctor.facts.handed import METHODS, Handover, Part
from graphscope.doctor.facts.looking import MISSING, is_tensor, look, shape_of
from graphscope.doctor.facts.mismatch import compare, same_sizes
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.names import frames_in
from graphscope.doctor.records import Frame, Shape
from graphscope.doctor.source import Editor, SourceFile, refer_to


@dataclass(frozen=True, slots=True)
class Change:
    """Something done to an array, written for arrays, for tensors, and for one element.

    Attributes:
        array: the text behind a NumPy array: `.reshape(-1, 9)`.
        function: a function for tensors, when the text does not do for them: `tensorflow.reshape`.
        arguments: its further arguments, for a batch.
        element: the same for a single element of a dataset.
        inner: what is done to a tensor before the function.
    """

    array: str
    function: str | None = None
    arguments: str = ""
    element: str = ""
    inner: str = ""

    def apply(self, editor: Editor, node: ast.expr, *, tensor: bool, element: bool) -> str:
        """Wrap an expression; return its new text."""
        file = editor.file
        text = file.segment(node)
        if self.function is not None and (tensor or element):
            reference = refer_to(file, self.function)
            reference.imported(editor)
            after = f"{self.inner}, {self.element if element else self.arguments})"
            editor.wrap(node, f"{reference.text}(", after)
            return f"{reference.text}({text}{after}"
        opening = "(" if binds_loosely(node) else ""
        after = (")" if opening else "") + self.array
        editor.wrap(node, opening, after)
        return f"{opening}{text}{after}"


@dataclass(frozen=True, slots=True, eq=False)
class Twin:
    """A place where data of the same wrong shape is handed to the model."""

    file: SourceFile
    node: ast.expr
    frame: Frame


def binds_loosely(node: ast.expr) -> bool:
    """Whether what is put behind an expression would bind to a part of it only."""
    return isinstance(
        node,
        ast.BinOp | ast.UnaryOp | ast.Compare | ast.IfExp | ast.BoolOp | ast.Lambda | ast.NamedExpr
        | ast.GeneratorExp | ast.Tuple | ast.Await,
    )  # fmt: skip


def twins(part: Part) -> list[Twin]:
    """Return every place where the program gives the model's input data that is wrong alike."""
    found: list[Twin] = []
    if part.expression is not None:
        found.append(Twin(*part.expression))
    own, declared = part.mismatch, part.declared
    if own is None or declared is None:
        return found
    for file in part.handover.case.program.files:
        for node, function in _given_by(file):
            for frame, _ in frames_in(part.handover.case, file, node):
                if function is not None and not is_model(look(function, frame)):
                    continue
                shape = shape_of(look(node, frame))
                other = compare(declared.shape, shape) if shape is not None else None
                if other is not None and other.kind == own.kind:
                    found.append(Twin(file, node, frame))
                if shape is not None:
                    break
    return list({id(each.node): each for each in found}.values())


def handed_over(file: SourceFile) -> Iterator[ast.expr]:
    """Yield the inputs that a file's calls of `fit`, `predict`, ... give."""
    yield from (node for node, function in _given_by(file) if function is None)


def _given_by(file: SourceFile) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield the first arguments of calls; with the function, where that may be a model."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        is_method = isinstance(function, ast.Attribute) and function.attr in METHODS
        if not is_method and not isinstance(function, ast.Name | ast.Attribute):
            continue
        given = next((each.value for each in node.keywords if each.arg == "x"), None)
        if given is None and node.args and not isinstance(node.args[0], ast.Starred):
            given = node.args[0]
        if given is not None:
            yield given, None if is_method else function
        validation = next((e.value for e in node.keywords if e.arg == "validation_data"), None)
        if isinstance(validation, ast.Tuple) and validation.elts:
            yield validation.elts[0], None


def is_model(value: object) -> bool:
    """Whether a value is a Keras model."""
    return any(base.__name__ == "Model" for base in type(value).__mro__)


def change_at_calls(
    part: Part, change: Change, title: str, *, likelihood: float, repair_class: RepairClass
) -> Fix | None:
    """Return the fix that changes the data wherever it is handed over in one file."""
    if part.expression is None or not _is_own(part.handover, part.expression[0]):
        return None
    file = part.expression[0]
    editor = Editor(file)
    text = ""
    for twin in twins(part):
        if twin.file is file:
            tensor = is_tensor(look(twin.node, twin.frame))
            new = change.apply(editor, twin.node, tensor=tensor, element=False)
            text = text or new
    return make_fix(editor, f"{title}: `{text}`", repair_class=repair_class, likelihood=likelihood)


def change_at_definitions(
    part: Part, change: Change, title: str, *, likelihood: float, repair_class: RepairClass
) -> Fix | None:
    """Return the fix that changes the data where it is made."""
    case = part.handover.case
    steps = [_definition(case, each, part.shape) for each in _ways(part)]
    found = distinct([each for each in steps if each is not None])
    if not found:
        return None
    editor = Editor(found[0].file)
    for step in found:
        if step.file is editor.file:
            _change_step(editor, step, change)
    return make_fix(
        editor,
        f"{title} where it is made: `{found[0].text}`",
        repair_class=repair_class,
        likelihood=likelihood,
    )


def _ways(part: Part) -> list[list[DataStep]]:
    case = part.handover.case
    others = [
        steps_of(case, each.file, each.node, each.frame)
        for each in twins(part)
        if part.expression is None or each.node is not part.expression[1]
    ]
    return [part.steps, *others]


def _definition(case: Case, steps: list[DataStep], given: Shape | None) -> DataStep | None:
    """Return the nearest step that can be changed, as long as it gives what is handed over."""
    for step in steps:
        known_shape = step.shape
        if given and known_shape is not None and not same_sizes(given[1:], known_shape[1:]):
            return None
        if not case.program.is_own(step.file.path) or (step.origin is None and not step.is_element):
            continue
        if _holds_something_else(step):
            return None
        if step.is_element or step.assigned or _is_unpacked(step) or _stands_in_structure(step):
            return step
    return None


def _holds_something_else(step: DataStep) -> bool:
    """Whether the variable of a step is an object that has the array, and not the array."""
    if step.frame is None or step.assigned is None or not step.assigned.isidentifier():
        return False
    value = look(ast.parse(step.assigned, mode="eval").body, step.frame)
    return value is not MISSING and shape_of(value) is None


def _is_unpacked(step: DataStep) -> bool:
    statement = step.statement
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Tuple)
        and isinstance(statement.value, ast.Tuple)
        and step.node in statement.value.elts
    )


def _stands_in_structure(step: DataStep) -> bool:
    parent = step.file.parent(step.node)
    return isinstance(parent, ast.Tuple | ast.Dict | ast.Return | ast.Yield)


def _change_step(editor: Editor, step: DataStep, change: Change) -> None:
    tensor = _is_tensor_step(step)
    change.apply(editor, step.node, tensor=tensor, element=step.is_element)


def _is_tensor_step(step: DataStep) -> bool:
    if step.frame is not None:
        value = look(step.node, step.frame)
        if value is not MISSING:
            return is_tensor(value)
    text = step.file.segment(step.node)
    return text.startswith(("tf.", "tensorflow.", "ops.", "keras.ops."))


def change_in_map(part: Part, change: Change, title: str, *, likelihood: float) -> Fix | None:
    """Return the fix that maps a change over a dataset where it is handed over."""
    own = part.handover
    if own.source != "dataset" or own.node is None or part.key is not None:
        return None
    if not _is_own(own, own.file):
        return None
    editor = Editor(own.file)
    names = ["x", "y", "weight"][: len(own.everything)] if isinstance(own.everything, tuple) else []
    new = f"x{change.array}"
    if change.function is not None:
        reference = refer_to(own.file, change.function)
        reference.imported(editor)
        new = f"{reference.text}(x{change.inner}, {change.arguments})"
    result = f"({', '.join([new, *names[1:]])})" if names else new
    after = f".map(lambda {', '.join(names or ['x'])}: {result})"
    editor.wrap(own.node, "(" if binds_loosely(own.node) else "", after)
    return make_fix(
        editor, f"{title} in the pipeline: `{after}`", repair_class=RepairClass.B,
        likelihood=likelihood,
    )  # fmt: skip


def _is_own(handover: Handover, file: SourceFile) -> bool:
    return handover.case.program.is_own(file.path)


def known(fixes: list[Fix | None]) -> tuple[Fix, ...]:
    """Return the fixes that exist, each once, the likeliest first."""
    found: dict[object, Fix] = {}
    for fix in sorted((fix for fix in fixes if fix is not None), key=lambda fix: -fix.likelihood):
        found.setdefault(fix.edits, fix)
    return tuple(found.values())
