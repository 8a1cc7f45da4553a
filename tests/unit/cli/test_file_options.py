"""Trust in a file: what is said before its code runs, and where trust is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from graphscope.cli.file_options import describe_trust, read_trust
from graphscope.cli.root import cli
from graphscope.graph.code import Code, CodeKind
from graphscope.session.trust import Trust
from tests.support import tensorflow_files as files
from tests.support.graphs import graph


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli, arguments)


def test_nothing_is_trusted_by_default() -> None:
    assert read_trust({"trust": False, "imports": ()}) is None
    assert read_trust({"trust": True, "imports": ("a.py", "b")}) == Trust(("a.py", "b"))


def test_a_module_is_imported_with_trust_alone() -> None:
    with pytest.raises(click.UsageError, match="needs --trust"):
        read_trust({"trust": False, "imports": ("a.py",)})


def test_the_code_that_is_seen_is_named_in_one_short_line() -> None:
    piece = Code(CodeKind.BYTECODE, "a Python function as bytecode", "layer:net/" + "x" * 40)
    told = describe_trust("m\n.keras", Trust(("a" * 900,)), (piece,) * 5)
    assert told.startswith("Keras loads 'm\\n.keras' and runs its code: a Python function as ")
    assert "2 more" in told
    assert "\n" not in told
    assert len(told) < 700


@pytest.mark.parametrize("command", ["info", "check", "trace", "show"])
def test_a_program_runs_anyway_and_needs_no_trust(command: str) -> None:
    told = run(command, "sample:mnist_cnn", "--trust")
    assert told.exit_code != 0
    assert "--trust is for files with code in them" in told.stderr


def test_an_entry_point_is_for_saved_models(tmp_path: Path) -> None:
    told = run("info", "sample:mnist_cnn", "--entry", "embed")
    assert told.exit_code != 0
    assert "--entry names an entry point of a SavedModel" in told.stderr
    body = files.graph(files.placeholder("x", 4), files.node("y", "Relu", "x", T=files.Type(1)))
    entries = {
        name: files.signature({"x": "x:0"}, {name: "y:0"}) for name in ("serving_default", "embed")
    }
    folder = files.write_saved_model(tmp_path / "model", files.meta_graph(body, entries))
    assert "Returns      embed (4 float32)" in run("info", str(folder), "--entry", "embed").stdout
    told = run("info", str(folder), "--entry", "nothing")
    assert "It has 'serving_default', 'embed'." in told.stderr


def test_a_file_that_keras_does_not_load_is_not_trusted(tmp_path: Path) -> None:
    file = tmp_path / "saved_model.pb"
    file.write_bytes(b"\x08\x01\x12\x00")
    told = run("info", str(file), "--trust")
    assert told.exit_code != 0
    assert "no file that Keras loads" in told.stderr


def test_a_module_that_is_missing_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    from graphscope.graph import to_json

    file = tmp_path / "net.json"
    file.write_text(to_json(graph("x -> dense")), encoding="utf-8")
    told = run("info", str(file), "--trust", "--import", "layrs.py")
    assert told.exit_code != 0
    assert "There is no file 'layrs.py'" in told.stderr
    assert "Keras loads" not in told.stderr


def test_trust_does_not_last_while_a_file_is_watched(tmp_path: Path) -> None:
    from graphscope.graph import to_json

    file = tmp_path / "net.json"
    file.write_text(to_json(graph("x -> dense")), encoding="utf-8")
    told = run("show", str(file), "--trust", "--watch", "--no-browser")
    assert told.exit_code != 0
    assert "leave out --watch" in told.stderr
