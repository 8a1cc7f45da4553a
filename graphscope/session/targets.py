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
from graphscope.session.samples import SAMPLE_PREFIX, find_sample, list_samples
from graphscope.session.suggest import suggest

SAMPLE_FUNCTION = "make_model"

_LONGEST = 200
"""Characters of a missing path that are repeated."""

_HAS_DRIVES = os.name == "nt"
_DOTTED_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_EXAMPLES = "Examples: model.keras, net.py:make_model, keras.applications:VGG16(weights=None)."


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
    text = text.strip()
    if not text:
        raise TargetError("The target is empty.", _EXAMPLES)
    if text.startswith(SAMPLE_PREFIX):
        return _parse_sample(text.removeprefix(SAMPLE_PREFIX))
    if "://" in text:
        raise TargetError(f"{text!r} is a web address.", "Download the file and give its path.")
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


def check_file(target: FileTarget, readable: list[str]) -> None:
    """Check that the file is there and that one of the readers takes its suffix.

    Raises:
        TargetError: with the nearest file or sample name, or the suffixes that can be read.
    """
    path = target.path
    known = ", ".join(f".{suffix}" for suffix in readable)
    if os.path.islink(path) and not _exists(path):  # noqa: PTH114 - takes any text, as above
        raise TargetError(f"{str(path)!r} is a link that leads nowhere.", "Name the file itself.")
    if not _exists(path):
        raise TargetError(f"There is no file {_shorten(str(path))!r}.", _hint_for_missing(path))
    if path.is_dir():
        raise TargetError(f"{str(path)!r} is a folder, not a file.", f"graphscope reads {known}.")
    if target.suffix not in readable:
        described = f"a {path.suffix} file" if path.suffix else "a file without a suffix"
        raise TargetError(
            f"{str(path)!r} is {described}, which graphscope cannot read.",
            f"It reads {known}; any other model can be named in Python, as in net.py:make_model.",
        )


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _hint_for_missing(path: Path) -> str:
    text = str(path)
    if any(text == sample.name for sample in list_samples()):
        return f"Did you mean {SAMPLE_PREFIX}{text}?"
    if _DOTTED_NAME.fullmatch(text) and "." in text and path.suffix != ".keras":
        return f"A Python module needs the model's name after a colon: {text}:make_model."
    if not _exists(path.parent):
        return f"The folder {str(path.parent)!r} does not exist either."
    siblings = [file.name for file in path.parent.iterdir()]
    return suggest(path.name, siblings) or _EXAMPLES
