"""The instructions of a function and of those inside it as a text for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from graphscope.readers.code.instructions import Instruction, InstructionError
from graphscope.readers.code.releases import decode_all, functions_in
from graphscope.readers.code.values import CodeObject
from graphscope.readers.code.writing import ascii_quoted, write_name, write_value

MAX_LINES = 2_000
MAX_FUNCTIONS = 200
_LISTED = 40
"""Names or constants of one function."""

T = TypeVar("T")

_VARIABLE_ARGUMENTS, _VARIABLE_KEYWORDS = 4, 8
_HEAD = 48


def list_function(code: CodeObject) -> str:
    """Return the text: one part per function, with its names, constants and instructions."""
    try:
        releases, decoded = decode_all(code)
    except InstructionError as error:
        lines = [f"# The instructions cannot be listed: {error}.", *_list_undecoded(code)]
    else:
        lines = [f"# {_name_releases(releases)}, judging by form and instructions"]
        for function, instructions in decoded[:MAX_FUNCTIONS]:
            lines += ["", *_describe(function), *_list_instructions(instructions)]
    if len(lines) > MAX_LINES:
        left = len(lines) - MAX_LINES
        lines = [*lines[:MAX_LINES], f"# and {left:,} more lines"]
    return "\n".join(lines)


def _name_releases(minors: Sequence[int]) -> str:
    first, last = minors[0], minors[-1]
    if first == last:
        return f"Python 3.{first}"
    return f"Python 3.{first} or 3.{last}" if last == first + 1 else f"Python 3.{first} to 3.{last}"


def _list_undecoded(code: CodeObject) -> Iterator[str]:
    for function in functions_in(code)[:MAX_FUNCTIONS]:
        yield ""
        yield from _describe(function)
        more = " …" if len(function.code) > _HEAD else ""
        yield f"  instructions begin with: {function.code[:_HEAD].hex(' ')}{more}"


def _describe(code: CodeObject) -> Iterator[str]:
    yield f"{write_name(code.name)}({', '.join(_arguments(code))})"
    yield f"  from {ascii_quoted(code.file_name)}, line {code.first_line:,}"
    if code.names:
        yield f"  names: {_join(code.names, write_name)}"
    if code.constants:
        yield f"  constants: {_join(code.constants, write_value)}"


def _join(values: Sequence[T], write: Callable[[T], str]) -> str:
    shown = ", ".join(write(value) for value in values[:_LISTED])
    more = len(values) - _LISTED
    return f"{shown}, and {more:,} more" if more > 0 else shown


def _arguments(code: CodeObject) -> Iterator[str]:
    names = [write_name(name) for name in code.variables]
    plain, keyword = code.argument_count, code.keyword_only
    rest = names[plain + keyword :]
    for index, name in enumerate(names[:plain]):
        yield name
        if index + 1 == code.positional_only:
            yield "/"
    if code.flags & _VARIABLE_ARGUMENTS and rest:
        yield f"*{rest.pop(0)}"
    elif keyword:
        yield "*"
    yield from names[plain : plain + keyword]
    if code.flags & _VARIABLE_KEYWORDS and rest:
        yield f"**{rest[0]}"


def _list_instructions(instructions: Sequence[Instruction]) -> Iterator[str]:
    targets = {each.target for each in instructions if each.target is not None}
    width = max((len(each.name) for each in instructions), default=0)
    places = len(str(instructions[-1].offset)) if instructions else 1
    for each in instructions:
        mark = ">>" if each.offset in targets else "  "
        argument = _write_argument(each)
        yield f"  {mark} {each.offset:>{places}}  {each.name:<{width}}  {argument}".rstrip()


def _write_argument(instruction: Instruction) -> str:
    if instruction.target is not None:
        return f"to {instruction.target}"
    if instruction.meaning:
        return instruction.meaning
    return "" if instruction.argument is None else str(instruction.argument)
