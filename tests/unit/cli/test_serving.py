"""`--host` and `--port`: a page is for this machine alone unless somebody says otherwise."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from graphscope.app.address import LOOPBACK, Place
from graphscope.cli.root import cli
from graphscope.cli.serving import serving_options, tell_reach


@click.command()
@serving_options
@click.argument("target")
def served(target: str, place: Place) -> None:
    """Serve nothing."""
    click.echo(f"{target} {place.host} {place.port}")
    tell_reach(place)


def run(*arguments: str) -> tuple[str, str]:
    result = CliRunner().invoke(served, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def test_by_default_a_page_is_for_this_machine_alone() -> None:
    assert run("model.keras") == (f"model.keras {LOOPBACK} None\n", "")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.7", "::1", "localhost", "LOCALHOST"])
def test_names_of_this_machine_need_no_warning(host: str) -> None:
    assert run("x", "--host", host, "--port", "8050") == (f"x {host} 8050\n", "")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.0.7", "example.org"])
def test_at_another_address_it_is_said_who_can_reach_the_page(host: str) -> None:
    _, warning = run("x", "--host", host)
    assert "Others in the network can reach this page" in warning
    assert "not encrypted" in warning


@pytest.mark.parametrize("command", [("show", "sample:mnist_cnn"), ("watch", ".")])
def test_an_address_of_another_machine_is_an_error(command: tuple[str, str]) -> None:
    # 192.0.2.0/24 is for documentation, and belongs to nobody (RFC 5737).
    result = CliRunner().invoke(cli, [*command, "--host", "192.0.2.1", "--no-browser"])
    assert result.exit_code == 1
    assert "'192.0.2.1' cannot be served" in result.stderr
