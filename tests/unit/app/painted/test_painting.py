"""What the page is told of a run."""

from __future__ import annotations

import gzip
import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphscope.app.painted import inspect_run, make_painted
from graphscope.app.painted.painting import Painting
from graphscope.app.painted.quantities import OVERLAYS
from graphscope.app.painted.watched import WatchedRun
from graphscope.app.services import Services
from graphscope.errors import GraphscopeError
from graphscope.runs import Columns, Event, Record, Start, Step
from graphscope.runs.distribution import Collective, Distribution, Mesh, Shard
from graphscope.runs.log import read_run
from tests.unit.app.painted.trainings import LAYERS, end, make_records, model, nan_event, write_run


def open_painting(folder: Path, records: list[Record], **options: Any) -> tuple[Painting, Services]:
    write_run(folder, records).close()
    painting = Painting(WatchedRun(folder), model(), **options)
    services = Services(model(), painting=painting)
    _ = services.drawing
    return painting, services


def told(painting: Painting) -> Any:
    return json.loads(gzip.decompress(painting.tell()[0]))


@pytest.fixture
def painted(tmp_path: Path) -> tuple[Painting, Services]:
    return open_painting(tmp_path / "exp1", [*make_records(), nan_event(), end()])


def test_the_document_offers_statistics_as_overlays(painted: tuple[Painting, Services]) -> None:
    document = json.loads(gzip.decompress(painted[1].drawing.data))
    training = [each for each in document["overlays"] if each.get("group") == "training"]
    assert [each["name"] for each in training] == [each["name"] for each in OVERLAYS]
    assert document["run"] == {"name": "exp1"}


def test_layers_know_their_boxes_also_those_that_are_called_twice(
    painted: tuple[Painting, Services],
) -> None:
    items = painted[1].facts.outline.items
    boxes = {
        layer["key"]: [items[item].id for item in layer["items"]]
        for layer in told(painted[0])["layers"]
    }
    assert boxes["stem"] == ["stem"]
    assert boxes["encoder/hidden"] == ["encoder/hidden"]
    assert boxes["twin"] == ["twin", "twin#2"]
    assert boxes["elsewhere"] == []


def test_values_have_a_row_for_each_sample_and_a_column_for_each_layer(
    painted: tuple[Painting, Services],
) -> None:
    steps = told(painted[0])["steps"]
    found = painted[0].values("gradient_norm", 78)
    assert found is not None
    values = np.frombuffer(gzip.decompress(found[0]), "<f4").reshape(-1, len(LAYERS))
    assert len(values) == len(steps) - 78
    run = read_run(painted[0].watched.folder)
    head = run.statistic("head", "gradient_norm")
    assert head is not None
    assert values[-1, 5] == pytest.approx(head.values[-1])
    assert math.isnan(values[0, 3])  # Flatten has no weights.
    assert painted[0].values("no_such", 0) is None


def test_one_layer_is_told_with_its_histograms(painted: tuple[Painting, Services]) -> None:
    told(painted[0])
    data = painted[0].layer(2)
    assert data is not None
    layer = json.loads(gzip.decompress(data))
    assert len(layer["values"]["dead_share"]) == len(layer["steps"])
    assert set(layer["histograms"]) == {"activation", "gradient"}
    gradient = layer["histograms"]["gradient"]
    assert {len(gradient[name]) for name in ("steps", "edges", "counts")} == {80}
    assert painted[0].layer(99) is None


def test_diagnoses_and_the_first_nan_name_rows(painted: tuple[Painting, Services]) -> None:
    run = told(painted[0])
    nan = next(each for each in run["diagnoses"] if each["symptom"] == "nan-loss")
    assert nan["rows"] == [2]
    assert nan["since"] == 240
    assert nan["severity"] == 0
    event = run["events"][0]
    assert (event["row"], event["step"]) == (2, 240)
    assert event["inputs"] == [{"min": -1.5, "max": 88.0, "mean": 3.25}]


def test_source_is_shown_of_programs_alone(tmp_path: Path) -> None:
    program, secret = tmp_path / "train.py", tmp_path / "secret.txt"
    program.write_text("import keras\ny = ops.log(x)\n")
    secret.write_text("a\nkey\n")
    events = [nan_event(file=str(file), line=2) for file in (program, secret)]
    painting, _ = open_painting(tmp_path / "exp1", [*make_records(), *events])
    places = [each["place"] for each in told(painting)["events"]]
    assert [each["text"] for each in places] == ["y = ops.log(x)", ""]
    assert places[0]["file"] == "train.py"


def test_a_nan_loss_is_a_gap_in_json(tmp_path: Path) -> None:
    records = [
        replace(each, values=(math.nan, 0.5, 0.1)) if getattr(each, "step", 0) == 7 else each
        for each in make_records()
        if type(each).__name__ == "Step" or not hasattr(each, "step")
    ]
    painting, _ = open_painting(tmp_path / "exp1", records)
    assert told(painting)["loss"]["values"][6] is None


def test_an_earlier_run_is_compared(tmp_path: Path) -> None:
    records = make_records()
    start = records[0]
    assert isinstance(start, Start)
    slower = replace(start, run="exp0", config={**start.config, "optimizer": {"class": "SGD"}})
    linear = [
        replace(each, activation="tanh") if each.key == "encoder/hidden" else each
        for each in LAYERS
    ]
    write_run(tmp_path / "exp0", [replace(slower, layers=tuple(linear)), *records[1:]]).close()
    before = read_run(tmp_path / "exp0")
    painting, services = open_painting(tmp_path / "exp1", records, before=before)
    changes = told(painting)["changes"]
    assert changes["before"] == "exp0"
    changed = {each["layer"]: each for each in changes["layers"]}
    assert list(changed) == ["encoder/hidden"]
    items = services.facts.outline.items
    assert [items[i].id for i in changed["encoder/hidden"]["items"]] == ["encoder/hidden"]
    assert any("optimizer.class" in each for each in changes["config"])


def test_a_run_without_a_graph_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "exp1").mkdir()
    with pytest.raises(GraphscopeError, match=r"No graph is kept with the run 'exp1'"):
        inspect_run(tmp_path / "exp1")


def test_it_can_be_mounted_below_a_prefix(tmp_path: Path) -> None:
    write_run(tmp_path / "exp1").close()
    painted = make_painted(tmp_path / "exp1", prefix="/run/exp1/graph/")
    client: Any = painted.application.test_client()  # type: ignore[attr-defined]
    page = client.get("/").text
    assert 'src="/run/exp1/graph/assets/bundle/main.mjs"' in page
    assert 'data-worker="/run/exp1/graph/assets/bundle/worker.mjs"' in page
    assert '="/assets' not in page
    config = re.search(r'id="_dash-config"[^>]*>(.*?)</script>', page)
    assert config is not None
    assert json.loads(config[1])["requests_pathname_prefix"] == "/run/exp1/graph/"
    for source in re.findall(r'<script src="/run/exp1/graph(/[^"]+)"', page):
        assert client.get(source).status_code == 200, source
    assert client.get("/run.json").status_code == 200
    assert client.get("/run/values/gradient_norm?from=3").status_code == 200
    assert client.get("/run/values/nothing").status_code == 404
    assert client.get("/run/layers/0").status_code == 200
    assert client.get("/run/layers/77").status_code == 404


def test_nothing_new_travels_as_nothing(tmp_path: Path) -> None:
    write_run(tmp_path / "exp1", [*make_records(), end()]).close()
    painted = make_painted(tmp_path / "exp1", prefix="/")
    client: Any = painted.application.test_client()  # type: ignore[attr-defined]
    tag = client.get("/run.json").headers["ETag"]
    assert client.get("/run.json", headers={"If-None-Match": tag}).status_code == 304


def test_a_page_without_a_run_has_no_such_routes() -> None:
    from graphscope.app.site import make_app

    client: Any = make_app(Services(model())).server.test_client()
    assert client.get("/run.json").status_code == 404


def test_what_is_found_later_of_the_first_nan_is_told_with_it(tmp_path: Path) -> None:
    found = Event(
        260,
        1005.2,
        "nonfinite",
        "log returned NaN from 0 to 3.",
        "error",
        {
            "operation": "log",
            "is_operation": True,
            "inputs": [{"min": 0.0, "max": 3.0, "mean": math.nan}],
            "first_step": 238,
        },
    )
    painting, _ = open_painting(tmp_path / "exp1", [*make_records(), nan_event(), found])
    first = told(painting)["nonfinite"]
    assert (first["step"], first["firstStep"], first["row"]) == (240, 238, 2)
    assert (first["operation"], first["isOperation"]) == ("log", True)
    assert first["text"] == "log returned NaN from 0 to 3."
    assert first["inputs"] == [{"min": 0.0, "max": 3.0, "mean": None}]


def test_the_cost_of_the_monitor_is_told(tmp_path: Path) -> None:
    records = [
        *make_records(),
        Columns(1, ("loss", "overhead")),
        Step(401, 1009.0, 1, (0.1, 0.0123)),
    ]
    painting, _ = open_painting(tmp_path / "exp1", records)
    assert told(painting)["overhead"] == 0.0123


def test_what_each_device_holds_is_told_by_layer(tmp_path: Path) -> None:
    weight = Shard(
        "head", "kernel", (16, 10), (8, 10), "float32", (("batch",), ()), 320, slot_bytes=640
    )
    whole = Shard("stem", "bias", (8,), (8,), "float32", ((),), 32)
    exchange = Collective("all-reduce", "head", "backward", 640, 2, "dot", "all-reduce.1")
    spread = Distribution(
        Mesh((("batch", 2),), ("cpu:0", "cpu:1")),
        (weight, whole),
        collectives=(exchange,),
        device_bytes={"cpu:0": 992, "cpu:1": 992},
        step_bytes=4096,
    )
    event = Event(1, 1000.0, "distribution", "On 2 devices.", details=spread.as_dict())
    painting, _ = open_painting(tmp_path / "exp1", [*make_records(), event])
    devices = told(painting)["distribution"]
    assert devices["axes"] == [["batch", 2]]
    assert devices["bytes"][5] == 960
    assert devices["bytes"][3] is None
    assert devices["shards"][0] == ["bias 8: whole on every device"]
    assert devices["shards"][5] == [
        "kernel 16×10: 8×10 on each device, split along batch",
        "all-reduce of 640 B among 2 devices (backward)",
    ]


def test_a_run_on_one_device_has_no_distribution(painted: tuple[Painting, Services]) -> None:
    assert told(painted[0])["distribution"] is None
    assert told(painted[0])["overhead"] is None
