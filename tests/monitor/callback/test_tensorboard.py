"""Event files beside the log, as TensorBoard's own reader sees them."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
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


def train(folder: Path, data: Data, **options: Any) -> tuple[Any, Any, Any]:
    """Return (model, history, monitor) of a training that writes to `folder / "tb"`."""
    import graphscope

    options = {"tensorboard": folder / "tb"} | options
    monitor = graphscope.Monitor(folder / "run", report=False, **options)
    model = sequential()
    history = model.fit(
        *data, batch_size=16, epochs=2, validation_split=0.25, verbose=0, callbacks=[monitor]
    ).history
    return model, history, monitor


def accumulate(folder: Path) -> Any:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder), size_guidance={"scalars": 0, "histograms": 0})
    found.Reload()
    return found


def test_tensorboard_reads_it(tmp_path: Path, data: Data) -> None:
    _, history, monitor = train(tmp_path, data)

    trained, validated = accumulate(tmp_path / "tb/train"), accumulate(tmp_path / "tb/validation")
    for name in ("loss", "accuracy"):
        epochs = [event.value for event in trained.Scalars(f"epoch_{name}")]
        np.testing.assert_allclose(epochs, history[name], rtol=1e-5)
        epochs = [event.value for event in validated.Scalars(f"epoch_{name}")]
        np.testing.assert_allclose(epochs, history[f"val_{name}"], rtol=1e-5)
    steps = trained.Scalars("batch_loss")
    assert [event.step for event in steps] == list(range(1, 11))
    expected = monitor.read().steps["loss"].values
    np.testing.assert_allclose([event.value for event in steps], expected, rtol=1e-5)
    spreads = [tag for tag in trained.Tags()["histograms"] if tag.endswith("hidden/weight")]
    assert len(trained.Histograms(spreads[0])) == 10


def test_an_earlier_training_is_left_alone(tmp_path: Path, data: Data) -> None:
    train(tmp_path, data)
    train(tmp_path, data)

    assert len(list((tmp_path / "tb/train").iterdir())) == 1
    assert len(list((tmp_path / "tb-2/train").iterdir())) == 1


@pytest.mark.parametrize("trouble", ["no package", "no folder"])
def test_trouble_is_told_once_and_harms_nothing(
    tmp_path: Path, data: Data, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = sequential()
    plain.fit(*data, batch_size=16, epochs=2, validation_split=0.25, verbose=0)
    if trouble == "no package":
        monkeypatch.setitem(sys.modules, "tensorboard.compat.proto", None)
    else:
        (tmp_path / "tb").write_text("")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MonitorWarning)
        watched, _, monitor = train(tmp_path, data)

    assert fingerprint(watched) == fingerprint(plain)
    told = [str(each.message) for each in caught if each.category is MonitorWarning]
    assert len(told) == 1
    assert "Nothing is written for TensorBoard" in told[0]
    assert len(monitor.read().steps["loss"]) == 10
