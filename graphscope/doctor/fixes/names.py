"""Expressions that a place of the program can use for a value: names before numbers."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.records import Frame, Site
from graphscope.doctor.source import SourceFile


def sites_of(case: Case) -> Iterator[Site]:
    """Yield every chain of user frames that is remembered, the failure's first, latest first."""
    if case.failure is not None:
        yield case.failure.site
    recording = case.recording
    yield from (each.site for each in reversed(recording.boundaries))
    yield from (each.site for each in reversed(recording.calls))
    yield from (each.site for each in reversed(recording.creations))


def frames_in(case: Case, file: SourceFile, node: ast.AST) -> Iterator[tuple[Frame, Site]]:
    """Yield the remembered frames of the function around a node, with the frames outside of them.

    Frames of the module's own level stand for a node outside of all functions.
    """
    function = file.function_of(node)
    for site in sites_of(case):
        for index, frame in enumerate(site):
            if frame.position.file == file.path and _runs(frame, function):
                yield frame, site[index + 1 :]


def _runs(frame: Frame, function: ast.AST | None) -> bool:
    if function is None:
        return frame.code.co_name == "<module>"
    line = frame.code.co_firstlineno
    lines = [function.lineno, *(d.lineno for d in getattr(function, "decorator_list", []))]  # type: ignore[attr-defined]
    return line in lines and frame.code.co_name == getattr(function, "name", "<lambda>")


def named_values(case: Case, file: SourceFile, node: ast.AST, value: Any) -> list[str]:
    """Return expressions that have a value where a node stands, the most telling first.

    Variables of the function come first, then attributes of its configuration objects, sizes of
    its tensors and arrays, then the module's variables and their attributes.
    """
    frame = next((found for found, _ in frames_in(case, file, node)), None)
    if frame is None:
        return []
    line = getattr(node, "lineno", 0)
    assigned = _first_assigned(file, node)
    local = {
        name: held
        for name, held in frame.locals.items()
        if name.isidentifier() and not name.startswith("_") and assigned.get(name, 0) < line
    }
    kept = {type(held) for held in (*local.values(), *frame.globals.values())}
    found = [*_plain(local, value), *_attributes(local, value, kept), *_sizes(local, value)]
    if frame.code.co_name != "<module>":
        seen = {id(held) for held in local.values() if is_configuration(held)}
        outer = {
            name: held
            for name, held in frame.globals.items()
            if not name.startswith("_") and name not in local and id(held) not in seen
        }
        found += [*_plain(outer, value), *_attributes(outer, value, kept)]
    own = file.segment(node)
    return [text for text in dict.fromkeys(found) if text != own]


def _first_assigned(file: SourceFile, node: ast.AST) -> dict[str, int]:
    """Return the line on which each variable of the surrounding function is first assigned."""
    around: ast.AST = file.function_of(node) or file.tree
    lines: dict[str, int] = {}
    for each in ast.walk(around):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            lines[each.id] = min(each.lineno, lines.get(each.id, each.lineno))
    return lines


def _plain(names: dict[str, Any], value: Any) -> list[str]:
    return [name for name, held in names.items() if _same(held, value)]


def _attributes(names: dict[str, Any], value: Any, kept: set[type]) -> list[str]:
    # An object of a dataclass is what the program reads; its class holds the defaults.
    return [
        f"{name}.{attribute}"
        for name, held in names.items()
        if is_configuration(held) and not (isinstance(held, type) and held in kept)
        for attribute, part in _parts(held)
        if not attribute.startswith("_") and _same(part, value)
    ]


_OF_KERAS = {"steps_per_execution"}
"""Numbers that Keras itself keeps in a model of the user's."""


def is_configuration(thing: Any) -> bool:
    """Whether an object holds settings: a dataclass, a namespace, a module of constants, `self`."""
    if isinstance(thing, ModuleType):
        path = getattr(thing, "__file__", None) or "site-packages"
        return "site-packages" not in path and "/lib/python" not in path
    if isinstance(thing, type):
        plain = thing.__bases__ == (object,) and "call" not in vars(thing)
        return plain and (thing.__module__ == "__main__" or _is_users(thing.__module__))
    if dataclasses.is_dataclass(thing) or isinstance(thing, SimpleNamespace):
        return True
    module = type(thing).__module__
    return module in {"__main__", "argparse"} or _is_users(module)


def _is_users(module: str) -> bool:
    import sys

    loaded = sys.modules.get(module)
    path = getattr(loaded, "__file__", None) or "site-packages"
    return "site-packages" not in path and "/lib/python" not in path


def _parts(thing: Any) -> Iterable[tuple[str, Any]]:
    return [
        (name, part)
        for name, part in getattr(thing, "__dict__", {}).items()
        if name not in _OF_KERAS
    ]


def _sizes(names: dict[str, Any], value: Any) -> list[str]:
    if not isinstance(value, int):
        return []
    found: list[str] = []
    for name, held in names.items():
        shape = getattr(held, "shape", None)
        if not isinstance(shape, tuple) or isinstance(held, ModuleType):
            continue
        last = len(shape) - 1
        for axis, size in enumerate(shape):
            if size == value and axis > 0:
                found.append(f"{name}.shape[{-1 if axis == last else axis}]")
    return found


def _same(held: Any, value: Any) -> bool:
    return (
        type(held) is type(value) and isinstance(value, int | str | float | tuple) and held == value
    )
