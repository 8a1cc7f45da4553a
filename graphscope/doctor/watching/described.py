"""Frames that no longer exist, made again from what is said of them.

TensorFlow runs copies of the user's functions (AutoGraph), and runs graphs long after the Python
that wrote them has returned; it says which lines of the user's it means.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import CodeType, FrameType
from typing import Any

from graphscope.doctor.records import Frame, Position, Recording, Site, TracebackEntry
from graphscope.doctor.source import Program
from graphscope.doctor.source.program import extent_of
from graphscope.doctor.watching.sites import is_users, is_users_file, live_frame

GENERATED = "__autograph_generated_file"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a text or a translated stack names."""

    file: str
    line: int
    function: str


def site_of(entries: Sequence[TracebackEntry], exception: BaseException, program: Program) -> Site:
    """Return the user's frames of a traceback, innermost first, AutoGraph's copies translated."""
    translations = iter(_translated_lines(exception))
    found: list[Frame] = []
    for frame, instruction, _ in reversed(entries):
        if GENERATED in frame.f_code.co_filename:
            line = next(translations, None)
            if line is not None and is_users_file(line.file):
                found.append(_frame_of_copy(frame, line, program))
        elif is_users(frame.f_code):
            found.append(live_frame(frame, instruction))
    return tuple(found)


def _translated_lines(exception: BaseException) -> list[Line]:
    for error in chain_of(exception):
        metadata = getattr(error, "ag_error_metadata", None)
        if metadata is not None:
            return [
                Line(info.filename, info.lineno, info.function_name)
                for info in metadata.translated_stack
                if info.is_converted
            ]
    return []


def chain_of(exception: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those that it was raised from or during."""
    seen: set[int] = set()
    current: BaseException | None = exception
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _frame_of_copy(frame: FrameType, line: Line, program: Program) -> Frame:
    code = code_at(line, program) or frame.f_code
    return Frame(position_at(line, code, program), code, frame.f_locals, frame.f_globals, True)


def inner_frames(lines: Sequence[Line], site: Site, recording: Recording, program: Program) -> Site:
    """Return frames for the lines that lie further in than a site, innermost first.

    Args:
        lines: outermost first; as a rule they begin with the site's own lines.
        site: the frames that exist.
        recording: where to look for the variables that such a frame had.
        program: the source.
    """
    known = {(frame.position.file, frame.position.function.split(".")[-1]) for frame in site}
    last = max((i for i, line in enumerate(lines) if _key(line) in known), default=-1)
    inner = lines[last + 1 :]
    frames = [_frame_of_line(line, site, recording, program) for line in inner]
    return tuple(frame for frame in reversed(frames) if frame is not None)


def _key(line: Line) -> tuple[str, str]:
    return line.file, line.function.split(".")[-1]


def _frame_of_line(line: Line, site: Site, recording: Recording, program: Program) -> Frame | None:
    if not program.is_own(line.file):
        return None
    code = code_at(line, program)
    if code is None:
        return None
    position = position_at(line, code, program)
    key = (code.co_filename, code.co_qualname)
    same = [
        f for f in _recorded_frames(recording) if (f.code.co_filename, f.code.co_qualname) == key
    ]
    if same:
        # The variables of another line of the same call, when nothing happened on this one.
        best = max(same, key=lambda f: (f.position.line == line.line, len(f.locals)))
        return replace(best, position=position)
    module: Mapping[str, Any] = next((f.globals for f in site if f.position.file == line.file), {})
    return Frame(position, code, {}, module)


def _recorded_frames(recording: Recording) -> Iterator[Frame]:
    for call in reversed(recording.calls):
        yield from call.site
    for loss in reversed(recording.losses):
        yield from loss.site


def position_at(line: Line, code: CodeType, program: Program) -> Position:
    """Return the outermost expression or statement that begins on a line, as a position."""
    file = program.file(line.file)
    statement = file.statement_on(line.line) if file else None
    for node in ast.walk(statement) if statement else ():
        if isinstance(node, ast.expr | ast.stmt) and node.lineno == line.line:
            first, column, last, end = extent_of(node)
            return Position(line.file, first, last, column, end, code.co_qualname)
    return Position(line.file, line.line, line.line, 0, 0, code.co_qualname)


def code_at(line: Line, program: Program) -> CodeType | None:
    """Return the code object of the innermost function around a line."""
    file = program.file(line.file)
    if file is None:
        return None
    found = compile(file.text, line.file, "exec", dont_inherit=True)
    while True:
        inner = next((c for c in _functions(found) if _covers(c, line.line)), None)
        if inner is None:
            return found
        found = inner


def _functions(code: CodeType) -> Iterator[CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, CodeType))


def _covers(code: CodeType, line: int) -> bool:
    lines = [number for _, _, number in code.co_lines() if number]
    inner = [number for c in _functions(code) for _, _, number in c.co_lines() if number]
    every = [code.co_firstlineno + 1, *lines[1:], *inner]
    return min(code.co_firstlineno + 1, *every) <= line <= max(every) or line in lines[1:]
