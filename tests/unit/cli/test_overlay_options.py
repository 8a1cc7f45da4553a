from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from graphscope.cli.overlay_options import ChosenOverlays, overlay_option


@click.command()
@overlay_option
def tell(overlays: ChosenOverlays) -> None:
    click.echo(f"{overlays.name} {','.join(overlays.files)}")


def run(*arguments: str) -> str:
    return CliRunner().invoke(tell, list(arguments)).output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "None \n"),
        (["--overlay", "dtype"], "dtype \n"),
        (["--overlay", "a.json", "--overlay", "B.JSON"], "None a.json,B.JSON\n"),
        (["--overlay", "flops", "--overlay", "a.json"], "flops a.json\n"),
    ],
)
def test_names_and_files_are_told_apart(arguments: list[str], told: str) -> None:
    assert run(*arguments) == told


def test_what_is_neither_is_refused() -> None:
    assert "'heat' is neither a .json file nor one of type, parameters" in run("--overlay", "heat")


def test_one_overlay_is_shown_at_a_time() -> None:
    assert "not flops and dtype" in run("--overlay", "flops", "--overlay", "dtype")
