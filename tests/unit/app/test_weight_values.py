"""The numbers in weights: read from archives and live models, summed up, and served."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from graphscope.app.facts import Facts
from graphscope.app.origin import Origin
from graphscope.app.origins import find_origin
from graphscope.app.present.weight_values import BINS, present_weights, summarise
from graphscope.app.services import Services
from graphscope.app.site import make_app
from graphscope.errors import ReadError
from graphscope.readers.keras.archive_file import read
from graphscope.readers.weights.spread import PART_BYTES, spread
from graphscope.readers.weights.values import StoredValues
from tests.support.archives import input_layer, layer, sequential, write_archive
from tests.support.graphs import graph

_KERNEL = np.arange(32, dtype=np.float32).reshape(8, 4)
_BIAS = np.array([0.0, np.nan, np.inf, 2.0], dtype=np.float32)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file["layers/dense/vars/0"] = _KERNEL
        file["layers/dense/vars/1"] = _BIAS
    path = tmp_path / "model.keras"
    model = sequential(input_layer("x", 8), layer("Dense", "dense", units=4))
    write_archive(path, model, weights=stream.getvalue())
    return path


def ids_of(path: Path) -> dict[str, str]:
    return {weight.name: weight.id for weight in read(path).weights}


def test_values_come_from_the_archive_by_the_ids_of_its_graph(saved: Path) -> None:
    ids = ids_of(saved)
    parts = list(StoredValues(saved).parts(ids["kernel"], 1 << 20))
    np.testing.assert_array_equal(np.concatenate(parts), _KERNEL)


def test_a_weight_that_is_not_there(saved: Path) -> None:
    with pytest.raises(KeyError):
        list(StoredValues(saved).parts("weight:other", 1 << 20))


def test_a_file_that_was_changed_is_not_taken_for_the_one_that_was_read(saved: Path) -> None:
    values = StoredValues(saved)
    saved.write_bytes(saved.read_bytes() + b"more")
    with pytest.raises(ReadError, match="was changed"):
        list(values.parts("weight:dense/kernel", 1 << 20))


def test_bfloat16_is_read_though_hdf5_does_not_know_it(tmp_path: Path) -> None:
    stream = io.BytesIO()
    upper = (np.array([1.5, -2.0], dtype=np.float32).view(np.uint32) >> 16).astype(np.uint16)
    with h5py.File(stream, "w") as file:
        stored = file.create_dataset("layers/dense/vars/0", data=upper.view("V2").reshape(2, 1))
        stored.attrs["dtype"] = "bfloat16"
    path = tmp_path / "model.keras"
    model = sequential(input_layer("x", 2), layer("Dense", "dense", units=1, use_bias=False))
    write_archive(path, model, weights=stream.getvalue())
    parts = list(StoredValues(path).parts(ids_of(path)["kernel"], 100))
    np.testing.assert_array_equal(np.concatenate(parts), [[1.5], [-2.0]])


def test_a_summary_counts_everything() -> None:
    summary = summarise([_KERNEL, _BIAS])
    assert (summary.count, summary.not_finite, summary.zeros) == (36, 2, 2)
    assert (summary.low, summary.high) == (0.0, 31.0)
    assert len(summary.bins) == BINS
    assert sum(summary.bins) == 34


@pytest.mark.parametrize(
    ("values", "bins"), [([], ()), ([np.nan], ()), ([3.0, 3.0], (2,)), ([-1.7e308, 1.7e308], (2,))]
)
def test_a_summary_of_what_has_no_width(values: list[float], bins: tuple[int, ...]) -> None:
    assert summarise([np.array(values)]).bins == bins


@pytest.mark.parametrize("shape", [(), (7,), (3, 5), (2, 700_000), (900_000, 2), (0, 4)])
def test_parts_cover_an_array_once_within_the_limit(shape: tuple[int, ...]) -> None:
    array = np.zeros(shape, dtype=np.int8)
    for part in spread(shape, 1, 100 << 20):
        array[part] += 1
    assert (array == 1).all()


def test_a_large_array_is_sampled_evenly() -> None:
    parts = list(spread((1 << 24, 4), 4, 16 << 20))
    starts = [part[0].start for part in parts]
    assert len(parts) == 16
    assert sum((part[0].stop - part[0].start) * 16 for part in parts) <= 16 << 20
    assert max(starts) > (1 << 24) * 0.9
    assert PART_BYTES == 1 << 20


def test_the_panel_s_rows(saved: Path) -> None:
    told = present_weights(Facts(read(saved)), StoredValues(saved), "dense")
    assert [row["name"] for row in told["weights"]] == ["kernel", "bias"]
    assert told["weights"][0]["mean"] == 15.5
    assert told["weights"][1]["not_finite"] == 2
    assert present_weights(Facts(read(saved)), StoredValues(saved), "nobody")["weights"] == []


class Broken:
    def parts(self, weight: str, limit: int) -> Iterator[np.ndarray[Any, Any]]:
        raise ReadError(f"{weight} is damaged ({limit}).")


def test_what_cannot_be_read_is_said() -> None:
    drawn = graph("x -> dense:Dense(kernel[8,4])")
    told = present_weights(Facts(drawn), Broken(), "dense")
    assert "is damaged" in told["weights"][0]["error"]


def test_the_route_answers_only_where_values_are_at_hand(saved: Path) -> None:
    drawn = read(saved)

    def ask(origin: Origin) -> Any:
        client = make_app(Services(drawn, origin=origin)).server.test_client()
        return client.get("/weights.json?call=dense")

    assert ask(find_origin(str(saved))).json["weights"][0]["count"] == 32
    assert ask(Origin(is_live=True)).status_code == 404
    assert find_origin(saved).weights is not None
    assert find_origin("model.h5").weights is None
