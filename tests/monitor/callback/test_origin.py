"""The first NaN down to the operation: in layers, losses, gradients and data, on each backend."""

# ruff: noqa: ARG002 - Keras gives callbacks these arguments, by these names

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.monitor.callback import sick
from tests.monitor.conftest import fingerprint

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.jax,
    pytest.mark.torch,
    # Keras's own, of NumPy 2 and TensorFlow variables.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    # PyTorch's own, of the mode that keeps the lines of forward calls.
    pytest.mark.filterwarnings("ignore:Anomaly Detection has been enabled"),
]

STEPS = 6


def train(folder: Path, model: Any, x: Any, y: Any, **options: Any) -> Any:
    """Return the run of a training of one epoch with batches of 16, the data as they come."""
    import graphscope

    monitor = graphscope.Monitor(folder, report=False, **options)
    model.fit(x, y, batch_size=16, epochs=1, shuffle=False, verbose=0, callbacks=[monitor])
    return monitor.read()


def first(run: Any) -> Any:
    [event] = [event for event in run.events if event.kind == "nonfinite"]
    return event


def data(rows: int = 96) -> tuple[Any, Any]:
    random = np.random.default_rng(0)
    x = random.uniform(0.5, 1.5, size=(rows, 4)).astype("float32")
    return x, x.sum(axis=1, keepdims=True)


def line_of(mark: str) -> int:
    """Return the line of `sick.py` that a mark stands on."""
    lines = Path(sick.__file__).read_text().splitlines()
    return next(number for number, text in enumerate(lines, 1) if f"# {mark}" in text)


LINES = {
    "sqrt": {line_of("sqrt")},
    "own gradient": {line_of("own gradient"), line_of("own gradient, backward")},
}
NAMES = {
    "log of zero": {"log"},
    "division by zero": {"divide", "realdiv", "real_div", "div", "reciprocal"},
    "overflow": {"exp"},
    "loss": {"log"},
}


@pytest.mark.parametrize(
    ("case", "statistics"),
    [
        ("log of zero", True),
        ("log of zero", False),
        ("division by zero", False),
        ("overflow", False),
        ("loss", False),
    ],
)
def test_the_operation_and_its_line(tmp_path: Path, case: str, statistics: bool) -> None:
    x, y = data()
    x[40] = sick.TRIGGER[case]
    model = sick.make(case)

    event = first(train(tmp_path, model, x, y, statistics=statistics))

    assert event.step == 3
    details = event.details
    assert details["is_operation"] is True, event.text
    assert details["operation"] in NAMES[case]
    assert (Path(details["file"]).name, details["line"]) == ("sick.py", line_of(case))
    assert details["result"]["inf_count"] + details["result"]["nan_count"] >= 1
    assert f"sick.py:{details['line']}" in event.text
    if case == "loss":
        assert (details["quantity"], details["layer"]) == ("loss", None)
    else:
        assert details["quantity"] == "forward"
        assert details["layer"].endswith("sick")
    ranges = {"log of zero": (0, 0.1), "overflow": (290, 310)}
    if case in ranges:
        [operand] = details["inputs"]
        low, high = ranges[case]
        assert low <= operand["min" if case == "log of zero" else "max"] <= high


@pytest.mark.parametrize("case", ["sqrt", "own gradient"])
def test_a_gradient_alone(tmp_path: Path, case: str) -> None:
    x, y = data()
    x[40] = sick.TRIGGER[case]

    event = first(train(tmp_path, sick.make(case), x, y, statistics=False))

    assert event.step == 3, event.text
    assert event.details["quantity"] == "gradient"
    assert event.details["is_operation"] is True
    assert Path(event.details["file"]).name == "sick.py"
    # That of the forward call, or of the gradient that the program defines.
    assert event.details["line"] in LINES[case]
    assert "though the loss was" in event.text


def test_nan_in_the_data(tmp_path: Path) -> None:
    x, y = data()
    x[40, 2] = np.nan

    event = first(train(tmp_path, sick.make("healthy"), x, y, statistics=False))

    assert event.step == 3
    assert event.details["quantity"] == "data"
    assert event.text.startswith("The inputs hold 1 NaN number")


def test_nan_in_the_targets(tmp_path: Path) -> None:
    x, y = data()
    y[40] = np.inf

    event = first(train(tmp_path, sick.make("healthy"), x, y, statistics=False))

    assert event.details["quantity"] == "data"
    assert event.text.startswith("The targets hold 1 infinite number")


def test_an_infinity_that_a_mask_takes_away_is_none(tmp_path: Path) -> None:
    x, y = data()
    x[10] = 0.0  # `log` returns infinity there, which the layer replaces.
    y[40] = np.nan

    event = first(train(tmp_path, sick.make("masked"), x, y))

    assert event.step == 3
    assert event.details["quantity"] == "data"


def test_weights_that_were_set_to_nan(tmp_path: Path) -> None:
    import keras

    import graphscope

    class Setter(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            layer = self.model.get_layer("last")
            if epoch == 1:
                layer.set_weights([np.full_like(each, np.nan) for each in layer.get_weights()])

    x, y = data()
    monitor = graphscope.Monitor(tmp_path, report=False, statistics=False)
    sick.make("healthy").fit(
        x, y, batch_size=16, epochs=2, verbose=0, callbacks=[Setter(), monitor]
    )

    event = first(monitor.read())
    assert event.step == 7
    assert event.details["quantity"] == "weight"
    assert event.details["layer"].endswith("last")


def test_nothing_of_the_training_changes(tmp_path: Path) -> None:
    """Dropout after the step that was run again draws what it would have drawn."""
    x, y = data()
    x[40] = sick.TRIGGER["sqrt"]

    def build() -> Any:
        return sick.make("sqrt", dropout=0.3)

    plain, watched = build(), build()
    plain.fit(x, y, batch_size=16, epochs=1, shuffle=False, verbose=0)
    event = first(train(tmp_path, watched, x, y, statistics=False))

    assert event.details["is_operation"] is True
    assert fingerprint(watched) == fingerprint(plain)


def test_training_stops_where_it_arose(tmp_path: Path) -> None:
    x, y = data()
    x[40] = sick.TRIGGER["log of zero"]

    run = train(tmp_path, sick.make("log of zero"), x, y, stop_on_nonfinite=True, statistics=False)

    assert run.end.status == "stopped"
    assert run.last_step == 3
    assert first(run).details["is_operation"] is True


def test_steps_of_the_programs_own(tmp_path: Path) -> None:
    from tests.monitor.callback.models import own_step

    x = np.random.default_rng(0).normal(size=(96, 8)).astype("float32")
    x[40] = np.nan
    y = np.zeros(96, "int64")

    event = first(train(tmp_path, own_step(("total",)), x, y, statistics=False))

    assert event.step == 3
    assert event.details["quantity"] == "data"


def test_it_is_said_when_the_operation_cannot_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_model: Any, _moment: Any) -> Any:
        raise RuntimeError("no way back")

    monkeypatch.setattr("graphscope.monitor.locating.find_origin", fail)
    x, y = data()
    x[40] = sick.TRIGGER["log of zero"]

    event = first(train(tmp_path, sick.make("log of zero"), x, y))

    assert "The operation is not known: the step could not be run again" in event.text
    assert "no way back" in event.details["unfound"]
    assert event.details["layer"].endswith("sick")
