"""`pytest --graphscope`: a failing test's report carries the diagnosis."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

_RECORDING = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--graphscope`."""
    parser.getgroup("graphscope").addoption(
        "--graphscope",
        action="store_true",
        help="Diagnose failures of Keras models in tests, and show what is wrong in the report.",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Watch a test with its fixtures, if that was asked for."""
    if not item.config.getoption("--graphscope"):
        return (yield)
    from graphscope.session.debug.blocks import recorded

    with recorded() as recording:
        item.stash[_RECORDING] = recording
        try:
            return (yield)
        finally:
            del item.stash[_RECORDING]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the diagnosis of what a test or one of its fixtures raised."""
    report = yield
    recording = item.stash.get(_RECORDING, None)
    error = call.excinfo.value if call.excinfo else None
    if recording is not None and report.failed and isinstance(error, Exception):
        text = _diagnosis(item, error, recording)
        if text:
            report.sections.append(("graphscope", text))
    return report


def _diagnosis(item: pytest.Item, error: Exception, recording: Any) -> str:
    """Return the diagnosis as text; empty where the failure is outside our subject."""
    try:
        from graphscope.debugging import as_text
        from graphscope.doctor.source import Program
        from graphscope.session.debug.blocks import examine_error

        program = Program(item.path)
        program.folder = str(item.config.rootpath)
        found = examine_error(error, recording, program)
        return as_text(found) if found.diagnoses else ""
    except Exception as ours:  # noqa: BLE001 - the test's own failure must be seen
        return f"The failure could not be examined ({type(ours).__name__}: {ours})."
