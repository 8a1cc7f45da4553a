"""Whatever goes wrong in logging, training ends as it would have, and is warned of once."""

# ruff: noqa: ARG002 - Keras gives callbacks these arguments, by these names

from __future__ import annotations

import resource
import shutil
import signal
import warnings
from pathlib import Path
from typing import Any

import pytest

from graphscope.monitor.warning import MonitorWarning
from tests.monitor.conftest import fingerprint, sequential

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.jax,
    pytest.mark.torch,
    # Keras's own, of NumPy 2 and TensorFlow variables.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

Data = tuple[Any, Any]


@pytest.fixture(scope="module")
def plain() -> str:
    """What a training ends at that nobody watched."""
    from tests.monitor.conftest import _data

    model = sequential()
    model.fit(*_data(), batch_size=16, epochs=3, verbose=0)
    return fingerprint(model)


def train(data: Data, *callbacks: Any) -> tuple[str, list[str]]:
    """Return what a training ends at, and what was warned of."""
    model = sequential()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MonitorWarning)
        model.fit(*data, batch_size=16, epochs=3, verbose=0, callbacks=list(callbacks))
    return fingerprint(model), [str(each.message) for each in caught]


def monitor(folder: Path, **options: Any) -> Any:
    import graphscope

    return graphscope.Monitor(folder, report=False, **options)


def at_epoch(number: int, act: Any) -> Any:
    import keras

    class At(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == number:
                act()

    return At()


def test_a_folder_that_cannot_be_made(tmp_path: Path, data: Data, plain: str) -> None:
    (tmp_path / "file").write_text("")

    found, told = train(data, monitor(tmp_path / "file" / "run"))

    assert found == plain
    assert len(told) == 2
    assert told[0].startswith("graphscope: The run cannot be logged in")
    assert "records of the run are missing" in told[1]


def test_a_disk_that_is_full_for_a_while(tmp_path: Path, data: Data, plain: str) -> None:
    watched = monitor(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def fill() -> None:
        [log] = tmp_path.glob("*.jsonl")
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 100, hard))

    def empty() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    try:
        found, told = train(data, watched, at_epoch(1, fill), at_epoch(2, empty))
    finally:
        empty()
        signal.signal(signal.SIGXFSZ, before)

    run = watched.read()
    [event] = [event for event in run.events if event.kind == "lost"]
    assert found == plain
    assert event.details["records"] >= 6
    assert len(run.steps["loss"]) + event.details["records"] >= 18
    assert run.end is not None
    assert 1 <= len([text for text in told if "cannot be written" in text]) <= 2  # Short, and none.
    assert "records of the run are missing" in told[-1]


def test_a_folder_that_is_deleted(tmp_path: Path, data: Data, plain: str) -> None:
    watched = monitor(tmp_path / "run")

    found, told = train(data, watched, at_epoch(1, lambda: shutil.rmtree(tmp_path / "run")))

    assert found == plain
    assert len(told) == 1
    assert "was deleted; the rest of it is lost" in told[0]


def test_a_probe_that_raises(
    tmp_path: Path, data: Data, plain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphscope.monitor.probe import Probe

    def take(_self: Any) -> None:
        raise RuntimeError("no sample today")

    monkeypatch.setattr(Probe, "take", take)
    watched = monitor(tmp_path)

    found, told = train(data, watched)

    assert found == plain
    assert told == [
        "graphscope: The training cannot be watched (RuntimeError: no sample today). "
        "Training goes on."
    ]
    assert len(watched.read().steps["loss"]) == 18


def test_a_probe_that_cannot_be_made(
    tmp_path: Path, data: Data, plain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphscope.monitor.probe import Probe

    def install(_self: Any) -> None:
        raise RuntimeError("no way in")

    monkeypatch.setattr(Probe, "install", install)
    watched = monitor(tmp_path)

    found, told = train(data, watched)

    assert found == plain
    assert len(told) == 1
    assert len(watched.read().steps["loss"]) == 18


def test_warnings_that_are_errors(tmp_path: Path, data: Data, plain: str, capsys: Any) -> None:
    (tmp_path / "file").write_text("")
    model = sequential()

    model.fit(
        *data, batch_size=16, epochs=3, verbose=0, callbacks=[monitor(tmp_path / "file" / "run")]
    )

    assert fingerprint(model) == plain
    assert capsys.readouterr().err.count("cannot be logged") == 1


def test_a_graph_that_cannot_be_had(
    tmp_path: Path, data: Data, plain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_graph(_model: Any) -> None:
        raise ValueError("no picture")

    monkeypatch.setattr("graphscope.monitor.recording.make_graph", make_graph)
    watched = monitor(tmp_path)

    found, told = train(data, watched)

    run = watched.read()
    assert (found, told) == (plain, [])
    assert run.start is not None
    assert run.start.graph is None
    assert [event.text for event in run.events] == ["The run has no graph: no picture"]
