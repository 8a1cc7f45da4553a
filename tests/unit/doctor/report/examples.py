"""Made-up reports, as the terminal, the JSON file and SARIF get them."""

from __future__ import annotations

from graphscope.doctor.findings import (
    Diagnosis,
    Edit,
    Evidence,
    Fix,
    FixStatus,
    Place,
    RepairClass,
    Severity,
)
from graphscope.doctor.reports import CodeLine, FailureReport, Report, Step

FOLDER = "/home/ada/project"
TRAIN = f"{FOLDER}/train.py"
NETS = f"{FOLDER}/lib/nets.py"

TRAIN_TEXT = """\
import numpy as np
from lib.nets import make_model

model = make_model(classes=10)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.zeros((8, 20, 4)), np.zeros((8,)))
"""

NETS_TEXT = """\
from keras import Sequential, layers


def make_model(classes):
    return Sequential([
        layers.Input((20, 4)),
        layers.LSTM(32),
        layers.LSTM(16),
        layers.Dense(classes, activation="softmax"),
    ])
"""

MESSAGE = """\
The second LSTM needs a sequence of shape (batch, steps, features), but it received (None, 32).
LSTM(32) in lib/nets.py:7 returns only its last state, because return_sequences is False.
Give every LSTM but the last one return_sequences=True."""


def two_lstms(**changes: object) -> Diagnosis:
    """The classic: a recurrent layer that hands on only its last state."""
    values: dict[str, object] = {
        "rule": "missing-return-sequences",
        "severity": Severity.ERROR,
        "confidence": 0.95,
        "message": MESSAGE,
        "places": (Place(NETS, 7), Place(NETS, 8), Place(TRAIN, 4)),
        "layer": "lstm",
        "node": "sequential/lstm",
        "evidence": (
            Evidence("shape", "lstm_1 received (None, 32), needs 3 axes", Place(NETS, 8)),
            Evidence("origin", "32 <- LSTM(units=32), last state only", Place(NETS, 7)),
        ),
        "fixes": (
            Fix(
                "Give the first LSTM return_sequences=True",
                (Edit(NETS, 7, "        layers.LSTM(32, return_sequences=True),"),),
                RepairClass.A,
                FixStatus.VERIFIED,
                0.9,
                "The script ran to its end.",
            ),
            Fix("Remove the second LSTM", (Edit(NETS, 8, None),), RepairClass.B),
        ),
    }
    return Diagnosis(**(values | changes))  # type: ignore[arg-type]


def failed_report(*diagnoses: Diagnosis) -> Report:
    """The report on a script that failed while its model was made."""
    return Report(
        program=TRAIN,
        folder=FOLDER,
        failure=FailureReport(
            exception="ValueError",
            message="Input 0 of layer lstm_1 is incompatible: expected ndim=3, found ndim=2.",
            stage="construct",
            frames=(
                CodeLine(NETS, 5, "return Sequential([", "make_model"),
                CodeLine(TRAIN, 4, "model = make_model(classes=10)", "<module>", 8, 30),
            ),
            node="lstm_1",
        ),
        diagnoses=diagnoses or (two_lstms(),),
        seconds=0.2468,
        sources={TRAIN: TRAIN_TEXT, NETS: NETS_TEXT},
        steps=(
            Step("input_layer", "InputLayer", "(None, 20, 4)"),
            Step("lstm", "LSTM", "(None, 32)"),
            Step("lstm_1", "LSTM", "got (None, 32)", is_culprit=True),
        ),
        command="graphscope debug train.py",
    )
