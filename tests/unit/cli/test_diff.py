"""`graphscope diff` on exported graphs: formats, depth, exit statuses; no framework."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graphscope.analysis.diff import compare_graphs
from graphscope.analysis.diff.markdown import to_markdown
from graphscope.cli.root import cli
from graphscope.graph import to_json
from tests.support import mutations
from tests.support.graphs import graph

BLOCKS = "x=Input[B,4] -> a/d:Dense(k[4,4])[B,4] -> a/n:Norm(g[4])[B,4] -> h:Dense(k[4,2])[B,2]"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    before = graph(BLOCKS, name="old", format="trace")
    after = mutations.widen(mutations.rename(before, "h", "head"), "weight:a/d/k")
    for name, drawn in (("old", before), ("new", after)):
        (tmp_path / f"{name}.json").write_text(to_json(drawn))
    return str(tmp_path / "old.json"), str(tmp_path / "new.json")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["diff", *arguments])


def test_the_page(files: tuple[str, str]) -> None:
    result = run(*files)
    assert result.exit_code == 0
    assert "~ a/d  Dense\n    k           4×4 float32 → 4×8 float32\n" in result.output
    assert "    parameters  16 → 32  (+16)\n" in result.output
    assert "~ head  Dense\n    name  h → head\n" in result.output


@pytest.mark.parametrize(
    ("lacking", "rows"),
    [
        (
            ("old", "new"),
            ["Parameters  at least 28  at least 44  +16", "FLOPs  at least 54  at least 90  +36"],
        ),
        (("new",), ["Parameters  28  at least 44", "FLOPs  at least 54  at least 90"]),
    ],
)
def test_sums_that_leave_something_out_are_lower_bounds(
    tmp_path: Path, lacking: tuple[str, ...], rows: list[str]
) -> None:
    for name, text in (("old", BLOCKS), ("new", BLOCKS.replace("[4,4])[B,4]", "[4,8])[B,8]"))):
        drawn = graph(text + (" -> own:Own" if name in lacking else ""), name=name, format="trace")
        layers = [
            replace(each, has_unknown_weights=each.class_name == "Own") for each in drawn.layers
        ]
        (tmp_path / f"{name}.json").write_text(to_json(replace(drawn, layers=tuple(layers))))
    told = run(str(tmp_path / "old.json"), str(tmp_path / "new.json")).output
    lines = [re.sub(" {2,}", "  ", line) for line in told.splitlines()]
    assert set(rows) <= set(lines), told


def test_exit_statuses(files: tuple[str, str], tmp_path: Path) -> None:
    assert run(*files, "--exit-code").exit_code == 1
    assert run(files[0], files[0], "--exit-code").exit_code == 0
    assert "No difference in 6 calls." in run(files[0], files[0]).output
    missing = run(files[0], str(tmp_path / "none.json"))
    assert (missing.exit_code, "There is no file" in missing.output) == (2, True)
    assert run(*files, "--ignore", "colour").exit_code == 2
    assert run(*files, "-o", str(tmp_path / "no" / "such.txt")).exit_code == 2


def test_what_is_ignored_does_not_count(files: tuple[str, str]) -> None:
    ignored = ["--ignore", "name", "--ignore", "weights", "--ignore", "parameters"]
    assert run(*files, *ignored, "--exit-code").exit_code == 0


def test_depth_tells_deeper_changes_by_number(files: tuple[str, str]) -> None:
    assert "~ a  1 change inside" in run(*files, "--depth", "0").output


def test_json(files: tuple[str, str]) -> None:
    document = json.loads(run(*files, "--format", "json").output)
    assert document["summary"] == {"added": 0, "removed": 0, "changed": 2, "same": 4}
    fact = document["changes"][0]["facts"][1]
    assert fact == {
        "topic": "parameters",
        "name": "parameters",
        "before": 16,
        "after": 32,
        "delta": 16,
    }
    assert document["weights"][0]["shape_after"] == [4, 8]


def test_markdown_into_a_file(files: tuple[str, str], tmp_path: Path) -> None:
    target = tmp_path / "diff.md"
    assert run(*files, "--format", "markdown", "-o", str(target)).output == ""
    text = target.read_text()
    assert "| Parameters | 28 | 44 | +16 (+57.1%) |" in text
    assert "<details open><summary>2 changes</summary>" in text


def test_names_of_strangers_are_text(tmp_path: Path) -> None:
    name = "<img src=x>|`\x1b[2J"
    before = graph("x=Input -> d:Dense -> e:Dense", format="trace")
    after = mutations.rename(before, "d", name)
    for stem, drawn in (("a", before), ("b", after)):
        (tmp_path / f"{stem}.json").write_text(to_json(drawn))
    targets = (str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    assert "\x1b" not in run(*targets).output
    markdown = run(*targets, "--format", "markdown").output
    assert "<img" not in markdown
    assert "\x1b" not in markdown


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("![x](http://evil.example/x.png)", "&#33;&#91;x&#93;(http&#58;//evil.example/x.png)"),
        ("www.evil.example", "www&#46;evil.example"),
        ("__init__", "&#95;&#95;init&#95;&#95;"),
        ("*a* ~b~ `c` |d|", "&#42;a&#42; &#126;b&#126; &#96;c&#96; &#124;d&#124;"),
        ("conv_1-a: 2.5", "conv_1-a: 2.5"),
    ],
)
def test_names_are_no_markdown_within_code_either(name: str, written: str) -> None:
    before = graph("x=Input -> d:Dense", format="trace")
    told = to_markdown(compare_graphs(before, mutations.rename(before, "d", name)))
    assert f"<code>{written}</code>" in told


def test_nobody_is_called_by_a_name() -> None:
    before = graph("x=Input -> d:Dense", format="trace")
    after = graph("x=Input -> d:Dense -> e:Dense", format="trace")
    after = replace(after, nodes=tuple(replace(each, type="@somebody") for each in after.nodes))
    told = to_markdown(compare_graphs(before, after))
    assert "&#64;\u2060somebody" in told
    assert "@" not in told


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_a_picture_of_both(files: tuple[str, str], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"diff.{suffix}"
    result = run(*files, "-o", str(path), "--theme", "dark", "--exit-code")
    assert (result.exit_code, result.output) == (1, "")
    starts = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
    assert path.read_bytes().startswith(starts[suffix])
    if suffix == "svg":
        assert ">Changed<" in path.read_text(encoding="utf-8")


def test_a_picture_for_print_has_the_width_that_is_asked_for(
    files: tuple[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "diff.svg"
    assert run(*files, "-o", str(path), "--style", "paper", "--width", "85").exit_code == 0
    assert 'width="85mm"' in path.read_text(encoding="utf-8")
