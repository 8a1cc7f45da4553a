"""Targets opened in a child process: what comes back, and what is said when nothing does."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from graphscope.errors import ReadError, TargetError
from graphscope.graph import TensorSpec, to_json
from graphscope.session.elsewhere import describe_request, open_elsewhere
from graphscope.session.input_shapes import NamedInput
from graphscope.session.open import OpenOptions, open_target
from graphscope.session.opening_child import read_options
from graphscope.session.trust import Trust
from tests.support.graphs import graph


def test_graph_of_a_file_comes_back_whole(tmp_path: Path) -> None:
    file = tmp_path / "net.json"
    file.write_text(to_json(graph("x -> dense -> relu")), encoding="utf-8")
    steps: list[str] = []

    found = open_elsewhere(str(file), report=steps.append)

    assert to_json(found) == to_json(open_target(str(file)))
    assert steps == ["reading net.json"]


def test_error_of_the_child_is_the_error_here(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"^There is no sample 'nothing'\. Samples: .+") as raised:
        open_elsewhere("sample:nothing")
    assert raised.value.message == "There is no sample 'nothing'."

    broken = tmp_path / "net.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(ReadError):
        open_elsewhere(str(broken))


def test_child_that_ends_without_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(TargetError, match=r"The process that opened 'sample:unet' ended with sta"):
        open_elsewhere("sample:unet")


def test_child_that_takes_too_long() -> None:
    with pytest.raises(TargetError, match=r"took more than 0\.01 seconds and was given up"):
        open_elsewhere("sample:unet", timeout=0.01)


def test_options_arrive() -> None:
    options = OpenOptions((NamedInput("x", TensorSpec(("B", 3, None), "int32")),), "jax", ops=False)
    options = replace(options, time_batch=4, rebuild=False, trust=Trust(("layers.py",)))
    assert read_options(describe_request("net.py:model", options)) == options
