"""What a saved model says about its training."""

from __future__ import annotations

import pytest

from graphscope.readers.keras.optimizer import read_optimizer

SGD = {"class_name": "SGD", "config": {"momentum": 0.9, "learning_rate": {"class_name": "Odd"}}}


@pytest.mark.parametrize(
    ("compiled", "found"),
    [
        ({"optimizer": SGD}, {"class_name": "SGD", "config": {"momentum": 0.9}}),
        ({"optimizer": "adam"}, {"class_name": "adam", "config": {}}),
        (
            {
                "optimizer": {
                    "class_name": "LossScaleOptimizer",
                    "config": {"inner_optimizer": SGD},
                }
            },
            {"class_name": "SGD", "config": {"momentum": 0.9}},
        ),
        ({"optimizer": {"class_name": 3}}, None),
        ({"optimizer": {"class_name": "A" * 500, "config": 7}}, {"class_name": "A", "config": {}}),
        ({"loss": "mse"}, None),
        (None, None),
        ([], None),
    ],
)
def test_optimizers(compiled: object, found: dict[str, object] | None) -> None:
    read = read_optimizer(compiled)
    if read is not None and found is not None and found["class_name"] == "A":
        assert len(read["class_name"]) <= 64
        return
    assert read == found
