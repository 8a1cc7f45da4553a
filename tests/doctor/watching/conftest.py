"""Tests of the hooks: a script is run in this process, watched, and what was seen is returned."""

from __future__ import annotations

import os
import sys
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graphscope.doctor.records import Failure, Recording, Site
from graphscope.doctor.source import Program
from graphscope.doctor.watching import make_failure, watching

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/doctor/watching/" in item.path.as_posix():
            item.add_marker(pytest.mark.tensorflow)


@dataclass
class Watched:
    """What was seen of a script."""

    recording: Recording
    raised: BaseException | None
    program: Program

    @property
    def failure(self) -> Failure:
        assert self.raised is not None, "the script ran to its end"
        return make_failure(self.raised, self.recording, self.program)

    def code(self, site: Site) -> list[str]:
        """The script's own expressions of a site, innermost first, on one line each."""
        found = [self.program.node(frame) for frame in site if self.is_own(frame.position.file)]
        return [" ".join(each[0].segment(each[1]).split()) for each in found if each]

    def is_own(self, file: str) -> bool:
        return self.program.is_own(file)

    def lines(self, site: Site) -> list[int]:
        return [f.position.line for f in site if self.is_own(f.position.file)]


Run = Callable[..., Watched]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a script under the doctor's eyes; further files of it are given by name."""
    import keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    def run_script(text: str, **modules: str) -> Watched:
        for name, content in modules.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(content))
            monkeypatch.delitem(sys.modules, name, raising=False)
        script = tmp_path / "script.py"
        script.write_text(textwrap.dedent(text))
        recording = Recording()
        variables: dict[str, Any] = {"__name__": "__main__", "__file__": str(script)}
        raised: BaseException | None = None
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            try:
                with watching(recording):
                    exec(compile(script.read_text(), str(script), "exec"), variables)
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is looked at
                raised = error
        return Watched(recording, raised, Program(script))

    return run_script
