"""Peak memory in `graphscope info`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphscope.cli import cli
from graphscope.cli.memory import list_memory, parse_amount, take_memory
from graphscope.graph import (
    ROOT,
    Graph,
    Layer,
    Node,
    NodeKind,
    Scope,
    ScopeKind,
    Weight,
    to_json,
)
from tests.support.graphs import graph

TEXT = "x=Input[B,4] -> hidden/a=MatMul(k[4,8])[B,8] -> out/o=MatMul(w[8,2])[B,2]"


@pytest.fixture
def document(tmp_path: Path) -> str:
    path = tmp_path / "net.json"
    text = to_json(graph(TEXT))
    path.write_text(text, encoding="utf-8")
    return str(path)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["info", *arguments])
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("24GB", 24 * 10**9),
        ("24 GiB", 24 * 2**30),
        ("0.5gb", 5 * 10**8),
        ("512MiB", 2**29),
        ("8 kB", 8000),
        ("100B", 100),
        ("24", None),
        ("GB", None),
        ("-1GB", None),
        ("24 GBit", None),
        ("1e3GB", None),
    ],
)
def test_amounts(text: str, amount: int | None) -> None:
    found = parse_amount(text)
    assert (found.bytes if found else None) == amount


def test_the_lines_of_a_model(document: str) -> None:
    code, output = run(document, "--batch", "10", "--fits", "1MB", "--optimizer", "sgd")
    lines = dict(line.split(maxsplit=1) for line in output.splitlines() if line[:1].isalpha())
    assert code == 0
    assert lines["Inference"] == "752 B for a batch of 10, in out"
    assert lines["Training"].startswith("1")
    assert "with sgd: 192 B weights" in lines["Training"]
    assert lines["Fits"].startswith("1MB     called with a batch of 17,853 (977 KiB); trained with")


def test_an_assumed_optimizer_is_called_so(document: str) -> None:
    assert "with adam (assumed): " in run(document)[1]


def test_json(document: str) -> None:
    code, output = run(document, "--batch", "10", "--fits", "1MB", "--json")
    memory = json.loads(output)["memory"]
    assert code == 0
    assert memory["inference"]["peak"] == 752
    assert sum(memory["training"]["by_role"].values()) == memory["training"]["peak"]
    assert memory["optimizer"] == {"name": "adam", "slots": 2, "assumed": True}
    assert memory["fits"]["limit"] == 10**6
    assert memory["fits"]["inference"]["batch"] == 17_853
    assert memory["inference"]["largest"][0] == {
        "node": "hidden/a",
        "layer": "hidden",
        "role": "activations",
        "bytes": 320,
    }


def test_a_unit_that_is_none(document: str) -> None:
    code, output = run(document, "--fits", "24 gigs")
    assert code == 2
    assert (
        "'24 gigs' is not an amount of memory; write a number and a unit, as in 24GB (10^9 bytes "
        "each), 24GiB (2^30) or 800MB."
    ) in " ".join(output.split())


def test_what_does_not_fit_is_said_with_what_it_takes() -> None:
    report = take_memory(graph(TEXT), 1, {}, limit=parse_amount("200B"))
    assert list_memory(report)[2] == (
        "Fits 200B",
        "called not even with a batch of 1, which takes 248 B; "
        "trained not even with a batch of 1, which takes 1.02 KiB",
    )


def test_a_graph_without_data_flow_has_a_lower_bound() -> None:
    report = take_memory(graph("layer spare:Dense(kernel[8,4])"), 1, {})
    assert list_memory(report)[0] == ("Inference", "at least 128 B for a batch of 1")


def test_calls_of_which_only_the_weights_are_known_have_a_lower_bound() -> None:
    layer = Layer("/spare", "spare", "Dense", weights=("/spare/kernel",))
    kernel = Weight("/spare/kernel", "kernel", "/spare", (8, 4), "float32")
    root = Scope(ROOT, "net", "Weights", ScopeKind.LAYER, None)
    call = Node(
        "/spare", "spare", "Dense", NodeKind.LAYER, ROOT, layer="/spare", weights=(kernel.id,)
    )
    listed = Graph("net", (call,), scopes=(root,), layers=(layer,), weights=(kernel,))

    report = take_memory(listed, 1, {})

    assert list_memory(report)[0] == ("Inference", "at least 128 B for a batch of 1, in /spare")
    assert not report.as_dict()["data_flow"]
