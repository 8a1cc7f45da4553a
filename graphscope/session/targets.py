"""The grammar of TARGET: what a command is asked to open, before anything is opened.

    model.keras                             a file, by its suffix
    path/to/module.py:attribute             a model, or a callable that makes one
    package.module:attribute.inner          the same from an importable module
    'keras.applications:ResNet50(weights=None)'   with literal arguments
    sample:NAME                             a sample model that ships with graphscope

Nothing is imported or read here, and arguments go through `ast.literal_eval`, never `eval`.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from graphscope.errors import TargetError
from graphscope.session.samples import SAMPLE_PREFIX, find_sample

SAMPLE_FUNCTION = "make_model"

_HAS_DRIVES = os.name == "nt"
_DOTTED_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
DOWNLOAD = "Download the file and give its path."
EXAMPLES = "Examples: model.keras, net.py:make_model, keras.applications:VGG16(weights=None)."


@dataclass(frozen=True, slots=True)
class FileTarget:
    """A file that a reader opens by its suffix."""

    path: Path

    @property
    def suffix(self) -> str:
        """The suffix in lower case without its dot: the name of the reader."""
        return self.path.suffix.lower().removeprefix(".")

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The literal arguments of a call."""

    positional: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectTarget:
    """A model, or a callable that makes one, in a Python module.

    `module` is a path for a module file and a dotted name for an importable module; `arguments`
    is None where the target has no parentheses.
    """

    module: Path | str
    attribute: str
    arguments: Arguments | None = None

    def __str__(self) -> str:
        return f"{self.module}:{self.attribute}"


Target: TypeAlias = FileTarget | ObjectTarget


def parse_target(text: str) -> Target:
    """Return what `text` names.

    Raises:
        TargetError: when the text fits no form, or names a sample that does not exist.
    """
    if not _exists(text):
        text = text.strip()
    if not text:
        raise TargetError("The target is empty.", EXAMPLES)
    if text.startswith(SAMPLE_PREFIX):
        return _parse_sample(text.removeprefix(SAMPLE_PREFIX))
    if "://" in text:
        raise TargetError(f"{text!r} is a web address.", DOWNLOAD)
    if _exists(text):
        # A path that exists is meant, whatever characters it is made of.
        return _file_target(text)
    for module, expression in _splits(text):
        return _parse_object(module, expression)
    return _file_target(text)


def _exists(path: str | Path) -> bool:
    # Unlike Path.exists, this takes any text for a path, even one that is too long to be one.
    return os.path.exists(path)  # noqa: PTH110


def _parse_sample(text: str) -> ObjectTarget:
    name = re.split(r"[.(]", text, maxsplit=1)[0]
    sample = find_sample(name)
    called = SAMPLE_FUNCTION + text.removeprefix(name)
    return _parse_object(sample.path, called)


def _file_target(text: str) -> FileTarget:
    target = FileTarget(Path(text))
    if target.suffix == "py":
        names = _top_level_callables(target.path)
        example = names[0] if names else SAMPLE_FUNCTION
        raise TargetError(
            f"{text!r} is a Python file, and the target does not say which model in it is meant.",
            f"Name a model or a function that makes one: {text}:{example}."
            + (f" It defines: {', '.join(names)}." if len(names) > 1 else ""),
        )
    return target


def _top_level_callables(path: Path) -> list[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return []  # Only for a hint; the error of the file itself is told when it is loaded.
    found = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    return [node.name for node in found if not node.name.startswith("_")]


def _splits(text: str) -> Iterator[tuple[Path | str, str]]:
    """Yield the ways to read the text as `module:expression`, leftmost colon first."""
    for colon in (found.start() for found in re.finditer(":", text)):
        head, expression = text[:colon], text[colon + 1 :]
        if head.endswith(".py"):
            yield Path(head), expression
        elif Path(head).suffix and os.path.isfile(head):  # noqa: PTH113 - takes any text
            raise TargetError(
                f"{head!r} is a file and no Python module.", f"A file is one model: name {head}."
            )
        elif _DOTTED_NAME.fullmatch(head) and not _is_drive(head, expression):
            yield head, expression
        elif Path(f"{head}.py").is_file():
            raise TargetError(
                f"{head!r} is neither a Python file nor a module name.",
                f"Did you mean {head}.py:{expression}?",
            )


def _is_drive(head: str, rest: str) -> bool:
    r"""Whether `C:\net.keras` was split after its drive letter."""
    return len(head) == 1 and (rest[:1] in ("\\", "/") or _HAS_DRIVES)


def _parse_object(module: Path | str, expression: str) -> ObjectTarget:
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _not_a_call(module, expression) from None
    arguments = None
    if isinstance(tree, ast.Call):
        arguments, tree = _read_arguments(tree), tree.func
    attribute = ast.unparse(tree)
    if not _DOTTED_NAME.fullmatch(attribute):
        raise _not_a_call(module, expression)
    return ObjectTarget(module, attribute, arguments)


def _not_a_call(module: Path | str, expression: str) -> TargetError:
    return TargetError(
        f"{expression!r}, after the module {str(module)!r}, is neither a name nor a call.",
        "Write module:name or 'module:name(width=64)', in quotes where the shell needs them.",
    )


def _read_arguments(call: ast.Call) -> Arguments:
    positional = tuple(_literal(argument) for argument in call.args)
    named = []
    for keyword in call.keywords:
        if keyword.arg is None:
            raise _not_literal(keyword.value)
        named.append((keyword.arg, _literal(keyword.value)))
    return Arguments(positional, tuple(named))


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise _not_literal(node) from None


def _not_literal(node: ast.expr) -> TargetError:
    return TargetError(
        f"The argument {ast.unparse(node)!r} is not a literal.",
        "Only numbers, strings, True, False, None and tuples, lists, dicts and sets of them are "
        "read; for anything else write a function without arguments and name that.",
    )
