"""What `compile` was given: the expression of the loss of an output, and of the metrics."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison
from graphscope.doctor.facts.data_part import element_of
from graphscope.doctor.findings import Place
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.origins import trace_value
from graphscope.doctor.records import Boundary, Frame
from graphscope.doctor.source import Editor, SourceFile, refer_to

_ORDER = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """An expression that names a loss or metric.

    Attributes:
        file, node: a string, a name of a function, or a call that makes an object.
    """

    file: SourceFile
    node: ast.expr

    @property
    def place(self) -> Place:
        """The line of the expression."""
        return Place(self.file.path, self.node.lineno)

    @property
    def text(self) -> str:
        """The expression in one line."""
        return " ".join(self.file.segment(self.node).split())

    @property
    def name(self) -> str:
        """The name of the loss: `categorical_crossentropy`, `CategoricalCrossentropy`."""
        node = self.node.func if isinstance(self.node, ast.Call) else self.node
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.Attribute):
            return node.attr
        return node.id if isinstance(node, ast.Name) else ""


def compile_call(
    case: Case, boundary: Boundary | None
) -> tuple[SourceFile, ast.Call, Frame, Boundary] | None:
    """Return the call of `compile` that a model was last compiled by."""
    if boundary is None:
        return None
    for each in reversed(case.recording.boundaries):
        if each.kind == "compile" and each.model is boundary.model and each.site:
            found = case.program.call(each.site[0])
            return (*found, each.site[0], each) if found else None
    return None


def compile_argument(call: ast.Call, name: str) -> ast.expr | None:
    """Return the expression that `compile` is given for an argument."""
    given = next((each.value for each in call.keywords if each.arg == name), None)
    if given is None and not any(isinstance(each, ast.Starred) for each in call.args):
        index = _ORDER.index(name)
        given = call.args[index] if index < len(call.args) else None
    return given


def loss_given(comparison: Comparison) -> Given | None:
    """Return the expression that names the loss of a comparison's output."""
    if comparison.frame is not None:
        return _called(comparison) or _object(comparison)
    return _compiled(comparison) or _object(comparison) or _only_text(comparison)


def _called(comparison: Comparison) -> Given | None:
    """Return the function that the user's own code calls: `keras.losses.mse(y, p)`."""
    found = comparison.case.program.call(comparison.frame) if comparison.frame else None
    if found is None or not names_loss(found[1].func):
        return None
    return Given(found[0], found[1].func)


def _object(comparison: Comparison) -> Given | None:
    """Return the call that made the loss object."""
    case = comparison.case
    for name, _, _, local in case.failure.keras_frames if case.failure else ():
        if name != "Loss.__call__" or "self" not in local:
            continue
        made = creation_call(case, local["self"])
        return Given(made[0], made[1]) if made is not None and names_loss(made[1]) else None
    return None


def _only_text(comparison: Comparison) -> Given | None:
    """Return the only string of the program that is the loss's name: one in a configuration."""
    boundary = comparison.boundary
    found = compile_call(comparison.case, boundary)
    value = found[3].arguments.get("loss") if found is not None else None
    if not isinstance(value, str):
        return None
    written = [
        Given(file, node)
        for file in comparison.case.program.files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Constant) and node.value == value
    ]
    return written[0] if len(written) == 1 else None


def _compiled(comparison: Comparison) -> Given | None:
    found = compile_call(comparison.case, comparison.boundary)
    if found is None:
        return None
    file, call, frame, boundary = found
    node = compile_argument(call, "loss")
    if node is None:
        return None
    names = list(getattr(boundary.model, "output_names", None) or [])
    index = names.index(comparison.output) if comparison.output in names else None
    key = (comparison.output, index) if comparison.output else None
    return _resolved(comparison.case, file, node, frame, key)


def _resolved(
    case: Case, file: SourceFile, node: ast.expr, frame: Frame | None, key: Any
) -> Given | None:
    """Follow names to the string, function or object that was written for them."""
    for _ in range(8):
        element = element_of(node, key) if key is not None else None
        if element is not None:
            node, key = element, None
            continue
        if names_loss(node):
            return Given(file, node)
        following = _following(case, file, node, frame)
        if following is None:
            return None
        file, node, frame = following
    return None


def _following(
    case: Case, file: SourceFile, node: ast.expr, frame: Frame | None
) -> tuple[SourceFile, ast.expr, None] | None:
    for step in trace_value(case, node, frame, file=file).chain():
        if step.file is None or not isinstance(step.node, ast.expr) or step.node is node:
            continue
        if names_loss(step.node) or isinstance(step.node, ast.Dict | ast.List | ast.Tuple):
            return step.file, step.node, None
    return None


def names_loss(node: ast.expr) -> bool:
    """Whether an expression is a loss's name, a loss object, or one of Keras's functions."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    function = node.func if isinstance(node, ast.Call) else node
    if isinstance(function, ast.Attribute):
        return _is_loss(function.attr)
    return isinstance(function, ast.Name) and _is_loss(function.id)


def _is_loss(name: str) -> bool:
    lower = name.lower().replace("_", "")
    return lower.endswith(("crossentropy", "squarederror", "absoluteerror", "hinge", "huber",
                           "divergence", "accuracy", "f1score", "fbetascore"))  # fmt: skip


def renamed_loss(given: Given, new: str) -> tuple[Editor, str] | None:
    """Return the edit that names another loss in the manner of the present one.

    Args:
        given: the present expression.
        new: the other loss's name with underscores: `sparse_categorical_crossentropy`.
    """
    file, node = given.file, given.node
    editor = Editor(file)
    if isinstance(node, ast.Constant):
        quote = file.segment(node)[0]
        name = new if "_" in str(node.value) or str(node.value).islower() else class_of(new)
        text = f"{quote}{name}{quote}"
        return editor.replace(node, text), text
    function = node.func if isinstance(node, ast.Call) else node
    name = new if given.name.islower() else class_of(new)
    if isinstance(function, ast.Attribute):
        text = f"{file.segment(function.value)}.{name}"
    elif isinstance(function, ast.Name):
        module = "keras.losses"
        reference = refer_to(file, f"{module}.{name}")
        reference.imported(editor)
        text = reference.text
    else:
        return None
    editor.replace(function, text)
    _drop_arguments(editor, node, new)
    return editor, text


def class_of(name: str) -> str:
    """Return the class of a loss by its function's name.

    >>> class_of("sparse_categorical_crossentropy")
    'SparseCategoricalCrossentropy'
    """
    return "".join(part.capitalize() for part in name.split("_"))


def _drop_arguments(editor: Editor, node: ast.expr, new: str) -> None:
    if isinstance(node, ast.Call) and new.startswith("sparse"):
        for keyword in node.keywords:
            if keyword.arg == "label_smoothing":
                editor.remove_argument(node, keyword)
                return


def metrics_given(comparison: Comparison) -> Iterator[Given]:
    """Yield the expressions of all metrics that `compile` was given, one by one."""
    found = compile_call(comparison.case, comparison.boundary)
    if found is None:
        return
    file, call, frame, _ = found
    for name in ("metrics", "weighted_metrics"):
        node = compile_argument(call, name)
        if node is not None:
            yield from _listed(comparison.case, file, node, frame)


def _listed(case: Case, file: SourceFile, node: ast.expr, frame: Frame | None) -> Iterator[Given]:
    if isinstance(node, ast.List | ast.Tuple):
        for each in node.elts:
            yield from _listed(case, file, each, frame)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _listed(case, file, value, frame)
    elif isinstance(node, ast.Constant | ast.Call):
        yield Given(file, node)
    elif isinstance(node, ast.Name):
        for step in trace_value(case, node, frame, file=file).chain():
            if step.file is not None and isinstance(step.node, ast.List | ast.Tuple | ast.Dict):
                yield from _listed(case, step.file, step.node, None)
                return
        yield Given(file, node)
