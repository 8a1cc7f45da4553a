"""The query language on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from graphscope.cli import cli
from graphscope.graph import to_json
from tests.support.graphs import graph

TEXT = """
    x=Input[B,4] -> encoder/wide:Dense(kernel[4,768], bias[768])[B,768]
    encoder/wide -> encoder/act=Relu[B,768] -> head:Dense(kernel[768,2])[B,2]
"""


@pytest.fixture
def document(tmp_path: Path) -> str:
    path = tmp_path / "net.json"
    path.write_text(to_json(graph(TEXT)), encoding="utf-8")
    return str(path)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["info", *arguments])
    return result.exit_code, result.output


def test_what_is_found_is_listed(document: str) -> None:
    code, output = run(document, "--find", "layer:dense out[-1]=768")
    assert code == 0
    head, row, count = output.splitlines()
    assert head.split() == ["Node", "Type", "Output", "shape", "Parameters", "FLOPs"]
    assert row.split()[:4] == ["encoder/wide", "Dense", "B×768", "3,840"]
    assert count == "1 node found"


def test_programs_get_json(document: str) -> None:
    code, output = run(document, "--find", "params>1k layer:*", "--json")
    found = json.loads(output)
    assert code == 0
    assert [each["id"] for each in found] == ["encoder", "encoder/wide", "head"]
    assert found[1]["kind"] == "layer"
    assert found[2]["parameters"] == 1536


def test_nothing_found_is_no_failure(document: str) -> None:
    assert run(document, "--find", "layer:lstm") == (0, "0 nodes found\n")


def test_a_wrong_query_is_told_with_its_place(document: str) -> None:
    code, output = run(document, "--find", "layer:dense params>many")
    assert code != 0
    assert "\"many\" is not a number; write 1000, 1.5M or 10k..1M. The place is 'many'." in output
    _, output = run(document, "--find", "layer:dense or")
    assert (
        "The query ends where something is expected. The place is after 'layer:dense or'." in output
    )
