"""`graphscope check`: exit statuses, files it writes, and how light it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graphscope.cli import cli
from tests.support.archives import functional, input_layer, layer, write_archive


def check(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments])


@pytest.fixture
def sick(tmp_path: Path) -> Path:
    layers = [input_layer("x", 4), layer("Dense", "head", "x", units=1, activation="softmax")]
    return write_archive(tmp_path / "sick.keras", functional(layers, inputs="x", outputs="head"))


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    layers = [input_layer("x", 4), layer("Dense", "head", "x", units=3, activation="softmax")]
    return write_archive(tmp_path / "good.keras", functional(layers, inputs="x", outputs="head"))


def test_a_healthy_file(healthy: Path) -> None:
    result = check(str(healthy))
    assert (result.exit_code, result.stdout) == (0, "✓ Nothing found.\n")


def test_a_sick_file(sick: Path) -> None:
    result = check(str(sick))
    assert result.exit_code == 1
    assert result.stdout.startswith("✗ Dense 'head' applies softmax over axis 1 of (None, 1)")
    assert "  ✗ head  Dense  (None, 1)\n" in result.stdout
    assert result.stdout.count("1 finding\n") == 1


def test_a_remark_is_no_finding(tmp_path: Path) -> None:
    layers = [input_layer("x", 4), layer("BatchNormalization", "bn", "x", momentum=0.9999)]
    file = write_archive(tmp_path / "bn.keras", functional(layers, inputs="x", outputs="bn"))
    result = check(str(file))
    assert result.exit_code == 0
    assert "0 findings, 1 remark" in result.stdout


def test_a_file_that_is_missing_or_broken_is_a_usage_error(tmp_path: Path) -> None:
    missing = check(str(tmp_path / "none.keras"))
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "There is no file" in missing.stderr
    broken = tmp_path / "broken.keras"
    broken.write_text("no archive")
    assert check(str(broken)).exit_code == 2
    assert check().exit_code == 2


def test_a_script_is_read_and_never_run(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("import keras, sys\nx = keras.Input(shape=(784))\nsys.exit(7)\n")
    result = check(str(script))
    assert result.exit_code == 1
    assert "❯ 2 │ x = keras.Input(shape=(784))\n" in result.stdout
    assert "  1  Make the shape a tuple: (784,)\n" in result.stdout


def test_what_a_script_imports_from_beside_it_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "train.py").write_text("from lib import nets\n")
    (tmp_path / "lib" / "nets.py").write_text("from . import parts\nimport train\n")
    (tmp_path / "lib" / "parts.py").write_text("import keras\nx = keras.Input(784)\n")
    result = check(str(tmp_path / "train.py"))
    assert result.exit_code == 1
    assert "lib/parts.py:2" in result.stdout


def test_a_script_that_is_no_python(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("x = (\n")
    result = check(str(tmp_path / "train.py"))
    assert result.exit_code == 2
    assert "is not valid Python. Line 1: '(' was never closed." in result.stderr


def test_a_comment_silences(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text("import keras\nx = keras.Input(3)  # graphscope: ignore[shape-not-a-tuple]\n")
    result = check(str(script))
    assert (result.exit_code, result.stdout) == (0, "✓ Nothing found.\n  1 finding silenced.\n")


def test_pyproject_silences(sick: Path) -> None:
    sick.with_name("pyproject.toml").write_text(
        '[tool.graphscope]\nignore = ["softmax-over-one", "softmax-over-two"]\n'
    )
    result = check(str(sick))
    assert result.exit_code == 0
    assert "pyproject.toml ignores 'softmax-over-two', which is no rule" in result.stdout


def test_it_writes_json_and_sarif(sick: Path, tmp_path: Path) -> None:
    as_json, as_sarif = tmp_path / "out.json", tmp_path / "out.sarif"
    result = check(str(sick), "--json", str(as_json), "--sarif", str(as_sarif))
    assert result.exit_code == 1
    assert json.loads(as_json.read_text())["diagnoses"][0]["rule"] == "softmax-over-one"
    run = json.loads(as_sarif.read_text())["runs"][0]
    assert [each["ruleId"] for each in run["results"]] == ["softmax-over-one"]
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"].endswith("sick.keras")


def test_a_file_that_cannot_be_written(sick: Path, tmp_path: Path) -> None:
    result = check(str(sick), "--sarif", str(tmp_path / "none" / "out.sarif"))
    assert result.exit_code == 2
    assert "cannot be written: No such file or directory." in result.stderr


def test_a_file_is_checked_without_keras(sick: Path) -> None:
    code = (
        "import sys\nfrom graphscope.session.check import check_target\n"
        f"assert check_target({str(sick)!r}).findings\n"
        "print([name for name in ('keras', 'tensorflow', 'networkx') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
