"""The user's frames and the exact expressions in them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from graphscope.doctor.source import Program
from graphscope.doctor.watching.described import Line, code_at, position_at
from graphscope.doctor.watching.sites import (
    SiteCamera,
    first_user_frame,
    is_users_file,
    live_frame,
    position_of,
)

SCRIPT = """\
def make(size, *, more=0):
    return look(size)


things = [
    make(1), make(
        2,
        more=3),
    [make(n) for n in (4,)],
]
"""


@pytest.fixture
def seen(tmp_path: Path) -> tuple[Program, list[Any]]:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    sites: list[Any] = []
    camera = SiteCamera()

    def look(_size: int) -> None:
        sites.append(camera.capture(sys._getframe(1)))

    exec(compile(SCRIPT, str(path), "exec"), {"__name__": "__main__", "look": look})
    return Program(path), sites


def test_each_element_has_its_own_extent(seen: tuple[Program, list[Any]]) -> None:
    program, sites = seen
    file = program.file(program.main)
    assert file is not None
    calls = [file.segment(program.node(site[1])[1]) for site in sites[:2]]  # type: ignore[index]
    assert calls == ["make(1)", "make(\n        2,\n        more=3)"]
    assert [site[1].position.line for site in sites] == [6, 6, 9]
    assert sites[1][0].locals == {"size": 2, "more": 3}
    assert sites[0][0].position.function == "make"


def test_a_site_is_not_shared_between_calls(seen: tuple[Program, list[Any]]) -> None:
    _, sites = seen
    assert [site[0].locals["size"] for site in sites] == [1, 2, 4]


def test_the_search_for_a_frame_can_be_bounded() -> None:
    frame: FrameType = sys._getframe()
    assert first_user_frame(frame) is frame
    assert first_user_frame(frame, stop=frame.f_code) is None


@pytest.mark.parametrize(
    ("file", "own"),
    [
        ("/home/me/train.py", True),
        ("/venv/lib/python3.11/site-packages/sklearn/base.py", False),
        ("/tmp/__autograph_generated_fileabc.py", False),
        ("<string>", False),
        ("<ipython-input-3-abc>", True),
    ],
)
def test_whose_file(file: str, own: bool) -> None:
    assert is_users_file(file) is own


def test_a_live_frame_has_the_real_variables() -> None:
    value = object()
    frame = live_frame(sys._getframe(), sys._getframe().f_lasti)
    assert frame.locals["value"] is value
    assert frame.is_live
    assert position_of(frame.code, 0).file == __file__


SOURCE = """\
import keras

class Net:
    def call(self, x):
        y = first(
            second(x))
        return [third(t) for t in y]

def after():
    return 1

last = after()
"""


@pytest.mark.parametrize(
    ("line", "function", "text"),
    [
        (5, "call", "y = first(\n            second(x))"),
        (6, "call", "second(x)"),
        (10, "after", "return 1"),
        (12, "<module>", "last = after()"),
    ],
)
def test_frames_made_of_lines(tmp_path: Path, line: int, function: str, text: str) -> None:
    path = tmp_path / "net.py"
    path.write_text(SOURCE)
    program = Program(path)
    place = Line(str(path), line, function)
    code = code_at(place, program)
    assert code is not None and code.co_name == function
    position = position_at(place, code, program)
    file = program.file(str(path))
    assert file is not None
    node = file.node_at(position)
    assert node is not None and file.segment(node) == text
