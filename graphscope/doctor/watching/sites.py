"""Where in the user's program something happens: the frames that are the user's, as values."""

from __future__ import annotations

import os
from functools import cache
from itertools import islice
from types import CodeType, FrameType

from graphscope.doctor.records import Frame, Position, Site
from graphscope.doctor.watching.snapshots import remember_variables
from graphscope.tracers.frames import is_user_code

INSTALLED = ("site-packages", "dist-packages")
"""Folders of packages that somebody else wrote: not the user's program, whoever installed them."""

_ownership: dict[CodeType, bool] = {}
_positions: dict[tuple[CodeType, str, int], Position] = {}
"""By the file too: code objects of the same text are equal, whatever file they come from."""


def is_users(code: CodeType) -> bool:
    """Whether a code object belongs to the user's own program."""
    answer = _ownership.get(code)
    if answer is None:
        answer = _ownership[code] = is_users_file(code.co_filename)
    return answer


@cache
def is_users_file(filename: str) -> bool:
    """Whether a file belongs to the user's own program, not to an installed package."""
    return (
        is_user_code(filename)
        and not any(folder in filename for folder in INSTALLED)
        and "__autograph_generated_file" not in filename
    )


def position_of(code: CodeType, instruction: int) -> Position:
    """Return the expression that an instruction (`f_lasti`, `tb_lasti`) belongs to."""
    key = (code, code.co_filename, instruction)
    found = _positions.get(key)
    if found is None:
        found = _positions[key] = _find_position(code, instruction)
    return found


def _find_position(code: CodeType, instruction: int) -> Position:
    # One entry per code unit of two bytes; Python started without column tables has lines only.
    entry = next(islice(code.co_positions(), max(instruction, 0) // 2, None), None)
    line, end_line, column, end_column = entry or (None, None, None, None)
    line = line or code.co_firstlineno
    return Position(
        file=os.path.abspath(code.co_filename),  # noqa: PTH100 - must not resolve links
        line=line,
        end_line=end_line or line,
        column=column or 0,
        end_column=end_column or 0,
        function=code.co_qualname,
    )


class SiteCamera:
    """Takes the user's frames; remembers the last one, since one line often causes many events."""

    def __init__(self) -> None:
        self._caller: FrameType | None = None
        self._callee: FrameType | None = None
        self._site: Site = ()

    def capture(self, frame: FrameType | None) -> Site:
        """Return the user's frames from `frame` outwards.

        As long as the user's innermost frame is still inside one and the same call of a
        framework, its variables cannot have changed.
        """
        callee = None
        while frame is not None and not is_users(frame.f_code):
            frame, callee = frame.f_back, frame
        if frame is None:
            return ()
        if callee is None or frame is not self._caller or callee is not self._callee:
            self._caller, self._callee = frame, callee
            self._site = _snapshot(frame)
        return self._site

    def forget(self) -> None:
        """Let go of the frames, which keep everything alive that they can see."""
        self._caller = self._callee = None
        self._site = ()


def _snapshot(frame: FrameType | None) -> Site:
    frames = []
    while frame is not None:
        code = frame.f_code
        if is_users(code):
            frames.append(
                Frame(
                    position_of(code, frame.f_lasti),
                    code,
                    remember_variables(frame.f_locals),
                    frame.f_globals,
                )
            )
        frame = frame.f_back
    return tuple(frames)


def live_frame(frame: FrameType, instruction: int) -> Frame:
    """Return a frame of a traceback, its variables being the real ones."""
    return Frame(
        position_of(frame.f_code, instruction),
        frame.f_code,
        frame.f_locals,
        frame.f_globals,
        is_live=True,
    )


def first_user_frame(frame: FrameType | None, stop: CodeType | None = None) -> FrameType | None:
    """Return the innermost frame of the user; None when one of `stop` comes first."""
    while frame is not None and frame.f_code is not stop:
        if is_users(frame.f_code):
            return frame
        frame = frame.f_back
    return None
