"""Models of several outputs, and what belongs to each of them; weights of samples."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

TWO = """
x = np.random.rand(32, 8)
i = keras.Input((8,)); h = layers.Dense(8)(i)
kind = layers.Dense(3, activation="softmax", name="kind")(h)
price = layers.Dense(1, name="price")(h)
kinds = np.eye(3)[np.arange(32) % 3]; prices = np.random.rand(32, 1)
"""

FAULTS = (
    Fault(
        "the loss's name of an output",
        "output-name",
        TWO
        + """
m = keras.Model(i, [kind, price])
m.compile("adam", loss={"kinds": "categorical_crossentropy", "price": "mse"})  # HERE
m.fit(x, {"kind": kinds, "price": prices}, verbose=0)
""",
        words=("'kinds'", "'kind'"),
    ),
    Fault(
        "the targets' name of an output",
        "output-name",
        TWO
        + """
m = keras.Model(i, {"kind": kind, "price": price})
m.compile("adam", loss={"kind": "categorical_crossentropy", "price": "mse"})
m.fit(x, {"kind": kinds, "cost": prices}, verbose=0)  # HERE
""",
        layer="price",
    ),
    Fault(
        "the output itself has another name than all else",
        "output-name",
        TWO
        + """
m = keras.Model(i, {"sort": kind, "price": price})  # HERE
m.compile("adam", loss={"kind": "categorical_crossentropy", "price": "mse"}, metrics={"kind": ["accuracy"], "price": ["mae"]})
m.fit(x, {"kind": kinds, "price": prices}, verbose=0)
""",
        layer="sort",
    ),
    Fault(
        "the order of the targets",
        "output-count",
        TWO
        + """
m = keras.Model(i, [kind, price])
m.compile("adam", loss=["categorical_crossentropy", "mse"])
m.fit(x, [prices, kinds], verbose=0)  # HERE
""",
        words=("2, 1",),
    ),
    Fault(
        "one target for two outputs",
        "output-count",
        TWO
        + """
m = keras.Model(i, [kind, layers.Dense(3, activation="softmax")(h)])
m.compile("adam", loss="categorical_crossentropy")
m.fit(x, kinds, verbose=0)  # HERE
""",
        words=("2 outputs",),
    ),
    Fault(
        "a plain list of metrics",
        "metrics-per-output",
        TWO
        + """
m = keras.Model(i, [kind, price])
m.compile("adam", loss=["categorical_crossentropy", "mse"], metrics=["accuracy"])  # HERE
m.fit(x, [kinds, prices], verbose=0)
""",
        words=("kind, price",),
    ),
    Fault(
        "weights with an axis of classes",
        "sample-weight-shape",
        """
tags = np.random.randint(0, 3, (12, 7))
cost = np.array([1.0, 2.0, 5.0])
weights = np.eye(3)[tags] * cost  # HERE
i = keras.Input((7,))
m = keras.Model(i, layers.Dense(3, activation="softmax")(layers.Embedding(9, 4)(i)))
m.compile("adam", "sparse_categorical_crossentropy")
m.fit(np.random.randint(0, 9, (12, 7)), tags, sample_weight=weights, verbose=0)
""",
        words=("(12, 7, 3)", "(batch, 7)"),
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_outputs_and_what_belongs_to_them(fault: Fault) -> None:
    check(fault)
