"""The numbers in weights as the panel shows them, and the route that serves them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from graphscope.analysis.number_summary import NumberSummary, summarise
from graphscope.app.facts import Facts
from graphscope.app.origin import Origin
from graphscope.app.origins import find_origin
from graphscope.app.present.weight_values import present_weights
from graphscope.app.services import Services
from graphscope.app.site import make_app
from graphscope.errors import GraphscopeError, ReadError
from graphscope.graph import to_json
from graphscope.readers.keras.archive_file import read
from tests.support.archives import input_layer, layer, sequential, write_archive
from tests.support.graphs import graph

_BIAS = np.array([0.0, np.nan, np.inf, 2.0], dtype=np.float32)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file["layers/dense/vars/0"] = np.arange(32, dtype=np.float32).reshape(8, 4)
        file["layers/dense/vars/1"] = _BIAS
    path = tmp_path / "model.keras"
    model = sequential(input_layer("x", 8), layer("Dense", "dense", units=4))
    write_archive(path, model, weights=stream.getvalue())
    return path


class Known:
    """Values that are at hand for biases only."""

    def summarise(self, weights: Sequence[str]) -> list[NumberSummary | GraphscopeError | None]:
        found: dict[str, Any] = {
            "bias": summarise([_BIAS]),
            "kernel": ReadError("The weight is damaged.", "Copy it."),
        }
        return [found.get(weight.rsplit("/", 1)[-1]) for weight in weights]


def test_the_panel_s_rows() -> None:
    drawn = graph("x -> dense:Dense(kernel[8,4], bias[4], scale[4])")
    rows = present_weights(Facts(drawn), Known(), "dense")["weights"]
    assert [row["name"] for row in rows] == ["kernel", "bias", "scale"]
    assert rows[0]["error"] == "The weight is damaged. Copy it."
    assert (rows[1]["count"], rows[1]["not_finite"], rows[1]["mean"]) == (4, 2, 1.0)
    assert rows[2]["error"] == "No values are at hand."
    assert present_weights(Facts(drawn), Known(), "nobody") == {"weights": [], "more": 0}


class Broken:
    def summarise(self, weights: Sequence[str]) -> list[NumberSummary | GraphscopeError | None]:
        raise ReadError(f"{len(weights)} weights cannot be read.")


def test_what_cannot_be_read_at_all_is_said_of_each() -> None:
    drawn = graph("x -> dense:Dense(kernel[8,4], bias[4])")
    told = present_weights(Facts(drawn), Broken(), "dense")
    assert [row["error"] for row in told["weights"]] == ["2 weights cannot be read."] * 2


def test_the_route_answers_only_where_values_are_at_hand(saved: Path, tmp_path: Path) -> None:
    drawn = read(saved)

    def ask(origin: Origin) -> Any:
        client = make_app(Services(drawn, origin=origin)).server.test_client()
        return client.get("/weights.json?call=dense")

    rows = ask(find_origin(str(saved))).json["weights"]
    assert [(row["count"], row["mean"], row["not_finite"]) for row in rows] == [
        (32, 15.5, 0),
        (4, 1.0, 2),
    ]
    assert ask(Origin(is_live=True)).status_code == 404
    assert find_origin(saved).weights is not None

    document = tmp_path / "graph.json"
    document.write_text(to_json(drawn), encoding="utf-8")
    assert find_origin(document).weights is None
