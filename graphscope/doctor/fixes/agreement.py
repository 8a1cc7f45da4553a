"""Which names for a value mean what another value came from, and which only happen to equal it.

Of all variables that hold 32, the one that made the other operand 32 wide is the one to use;
`batch_size = 32` is a coincidence.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.origins import Origin
from graphscope.doctor.source import SourceFile


@dataclass(frozen=True, slots=True)
class Agreement:
    """The names that stand for another value, and expressions that can be written for it.

    Attributes:
        names: variables, parameters and attributes that the other value came through.
        expressions: texts of what gave the other value in the function that is to change.
    """

    names: frozenset[str]
    expressions: tuple[str, ...]

    def split(self, texts: list[str]) -> tuple[list[str], list[str]]:
        """Return the texts that mean the other value, and those that only equal it."""
        meant = [*self.expressions, *sorted(filter(self._means, texts), key=lambda t: "." in t)]
        others = [text for text in texts if text not in meant]
        others.sort(key=lambda text: not self._measures(text))
        return list(dict.fromkeys(meant)), others

    def _means(self, text: str) -> bool:
        return ".shape[" not in text and text.rpartition(".")[2] in self.names

    def _measures(self, text: str) -> bool:
        """Whether a text is the width of a tensor of the other side."""
        return text.endswith(".shape[-1]") and text.removesuffix(".shape[-1]") in self.names


def agreement(
    file: SourceFile, node: ast.AST, other: Origin | None, tensor: str = ""
) -> Agreement | None:
    """Return what may be written at a node for the value that another origin tells of.

    Args:
        file: the file of the node.
        node: the expression that is to be replaced.
        other: where the wanted value came from; None when that is not known.
        tensor: the name of a tensor that has the wanted width.
    """
    if other is None:
        return None
    steps = [step for step in other.chain() if step.value == other.value]
    names = {name for step in steps for name in _names(step)}
    if tensor.isidentifier():
        names.add(tensor)
    return Agreement(frozenset(names), tuple(dict.fromkeys(_written(file, node, steps))))


def _names(step: Origin) -> Iterator[str]:
    node, file = step.node, step.file
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.arg):
        yield node.arg
    if file is None or not isinstance(node, ast.expr) or node not in file.parents:
        return
    parent = file.parent(node)
    if isinstance(parent, ast.AnnAssign | ast.Assign) and parent.value is node:
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id
            elif isinstance(target, ast.Attribute):
                yield target.attr


def _written(file: SourceFile, node: ast.AST, steps: list[Origin]) -> Iterator[str]:
    """Yield the other value's own expressions, where they stand in the same function before."""
    function = file.function_of(node)
    own = file.segment(node)
    for step in steps:
        if step.is_passing or step.file is not file or not isinstance(step.node, ast.expr):
            continue
        if isinstance(step.node, ast.Constant | ast.Tuple | ast.List | ast.Call):
            continue
        if step.node not in file.parents or file.function_of(step.node) is not function:
            continue
        text = file.segment(step.node)
        if text != own and _is_readable(file, node, step.node):
            yield text


def _is_readable(file: SourceFile, node: ast.AST, expression: ast.expr) -> bool:
    """Whether what an expression reads is there already where a node stands."""
    line = getattr(node, "lineno", 0)
    around: ast.AST = file.function_of(node) or file.tree
    read = {each.id for each in ast.walk(expression) if isinstance(each, ast.Name)}
    first: dict[str, int] = {}
    for each in ast.walk(around):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and each.id in read:
            first[each.id] = min(each.lineno, first.get(each.id, each.lineno))
    comprehended = any(isinstance(each, ast.comprehension) for each in file.ancestors(expression))
    return not comprehended and all(at < line for at in first.values())
