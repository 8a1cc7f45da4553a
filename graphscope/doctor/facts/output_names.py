"""The names under which a model's outputs, losses, metrics and targets are known."""

from __future__ import annotations

import ast
import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.compiled import compile_argument, compile_call
from graphscope.doctor.facts.target_data import data_argument
from graphscope.doctor.findings import Place
from graphscope.doctor.origins import trace_data, trace_value
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Names given for one purpose.

    Attributes:
        purpose: `outputs`, `loss`, `metrics`, `loss_weights` or `targets`.
        names: in order.
        file, node: the dictionary in the source, where it is written out.
    """

    purpose: str
    names: tuple[str, ...]
    file: SourceFile | None = None
    node: ast.Dict | None = None

    @property
    def place(self) -> Place | None:
        """The line on which the dictionary begins."""
        return Place(self.file.path, self.node.lineno) if self.file and self.node else None


def output_names(boundary: Boundary) -> tuple[str, ...]:
    """Return the names of a model's outputs; empty for a single one or when they are unknown."""
    structure = getattr(boundary.model, "_outputs_struct", None)
    if isinstance(structure, Mapping):
        return tuple(structure)
    names = tuple(getattr(boundary.model, "output_names", None) or ())
    return names if len(names) > 1 else ()


def groups_of(case: Case, boundary: Boundary) -> list[Group]:
    """Return the names that the program gives, the outputs' own first."""
    outputs = output_names(boundary)
    found = [Group("outputs", outputs, *_dictionary_with(case, outputs))]
    compiled = compile_call(case, boundary)
    if compiled is not None:
        file, call, frame, given = compiled
        for purpose in ("loss", "metrics", "loss_weights"):
            value = given.arguments.get(purpose)
            if not isinstance(value, Mapping):
                continue
            node = compile_argument(call, purpose)
            written = _written(case, file, node, frame) if node is not None else (None, None)
            found.append(Group(purpose, tuple(map(str, value)), *written))
    targets = boundary.data.get("y")
    if isinstance(targets, Mapping):
        argument = data_argument(case, boundary, "y")
        names = tuple(map(str, targets))
        written = (None, None)
        if argument is not None:
            origin = trace_data(case, argument[1], argument[2], file=argument[0])
            written = next(
                (
                    (step.file, step.node)
                    for step in origin.walk()
                    if isinstance(step.node, ast.Dict) and _keys(step.node) == names
                ),
                (None, None),
            )
        if written == (None, None):
            written = _dictionary_with(case, names)
        found.append(Group("targets", names, *written))
    return found


def _written(
    case: Case, file: SourceFile, node: ast.expr, frame: Any
) -> tuple[SourceFile | None, ast.Dict | None]:
    if isinstance(node, ast.Dict):
        return file, node
    for step in trace_value(case, node, frame, file=file).walk():
        if isinstance(step.node, ast.Dict):
            return step.file, step.node
    return None, None


def _dictionary_with(
    case: Case, names: tuple[str, ...]
) -> tuple[SourceFile | None, ast.Dict | None]:
    for file in case.program.files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Dict) and names and _keys(node) == names:
                return file, node
    return None, None


def _keys(node: ast.Dict) -> tuple[Any, ...]:
    return tuple(key.value if isinstance(key, ast.Constant) else None for key in node.keys)


@dataclass(frozen=True, slots=True, eq=False)
class OddName:
    """A name that one group has and the others do not.

    Attributes:
        group: the group that is the odd one out.
        name: its name for the output.
        wanted: the name that the others use.
        others: the groups that use it.
    """

    group: Group
    name: str
    wanted: str
    others: tuple[Group, ...]


def odd_name(groups: list[Group]) -> OddName | None:
    """Return the name by which one group differs from the majority; the outputs decide ties."""
    outputs = groups[0]
    counts = Counter(name for group in groups for name in set(group.names))
    for group in groups[1:]:
        strange = [name for name in group.names if name not in outputs.names]
        if not strange:
            continue
        missing = [name for name in outputs.names if name not in group.names]
        name = strange[0]
        wanted = _closest(name, missing or list(outputs.names))
        if wanted is None:
            continue
        if counts[name] > counts[wanted]:
            users = tuple(each for each in groups[1:] if name in each.names)
            return OddName(outputs, wanted, name, users)
        users = tuple(each for each in groups if wanted in each.names)
        return OddName(group, name, wanted, users)
    return None


def _closest(name: str, names: list[str]) -> str | None:
    if len(names) == 1:
        return names[0]
    close = difflib.get_close_matches(name, names, 1, 0.4)
    return close[0] if close else None


def constants(case: Case, text: str) -> Iterator[tuple[SourceFile, ast.Constant]]:
    """Yield the strings of the user's own files that are a text."""
    for file in case.program.files:
        if not case.program.is_own(file.path):
            continue
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Constant) and node.value == text:
                yield file, node
