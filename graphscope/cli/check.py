"""`graphscope check`: look for mistakes that raise no error, with exit statuses for CI."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphscope.cli.failures import as_bug, as_failure
from graphscope.cli.file_options import read_trust, tell_trust
from graphscope.cli.options import TARGET_HELP, target_options
from graphscope.cli.progress import Report as Tell
from graphscope.cli.progress import progress
from graphscope.cli.report_files import write_json, write_sarif
from graphscope.errors import GraphscopeError

if TYPE_CHECKING:
    from graphscope.doctor.reports import Report

_EPILOG = f"""{TARGET_HELP}

\b
Or a script:
  train.py                        its source is read, with what it imports from beside it; never run

\b
Exit status:
  0   nothing was found
  1   something was found
  2   TARGET or an option is wrong
  3   graphscope failed
Remarks (i) are printed and do not count.

\b
Examples:
  graphscope check model.keras
  graphscope check train.py --sarif check.sarif
  graphscope check net.py:make_model"""


@click.command("check", short_help="Look for mistakes that raise no error.", epilog=_EPILOG)
@click.option("--json", "json_file", type=click.Path(dir_okay=False), help="Write the findings.")
@click.option(
    "--sarif",
    "sarif_file",
    type=click.Path(dir_okay=False),
    help="Write the findings as SARIF 2.1.0, for code hosts.",
)
@target_options
def command(target: str, json_file: str | None, sarif_file: str | None, **choices: Any) -> None:
    """Check a model or a script without training it.

    Finds what Keras accepts and what is wrong all the same: a softmax over one unit, a loss that
    does not fit the head, inputs that reach no output, layers that are never called.
    """
    ctx = click.get_current_context()
    try:
        with progress() as tell:
            report = _check(target, tell, **choices)
        _write(report, json_file, sarif_file)
    except GraphscopeError as error:
        as_failure(error, ctx).show()
        ctx.exit(2)
    except Exception as error:  # noqa: BLE001 - a status of its own: a crash is no finding
        as_bug(error, ctx).show()
        ctx.exit(3)
    from graphscope.cli.diagnosis import make_console, print_report

    print_report(report, make_console())
    ctx.exit(1 if report.findings else 0)


def _check(target: str, tell: Tell, **choices: Any) -> Report:
    from graphscope.session.check import check_target
    from graphscope.session.open import OpenOptions

    options = OpenOptions(
        inputs=tuple(choices["input_shapes"]),
        backend=choices["backend"],
        ops=False,
        rebuild=not choices["no_rebuild"],
        entry=choices.get("entry", ""),
        trust=read_trust(choices),
    )
    tell_trust(target, options.trust)
    with redirect_stdout(sys.stderr):
        return check_target(target, options, report=tell)


def _write(report: Report, json_file: str | None, sarif_file: str | None) -> None:
    if json_file is not None:
        from graphscope.doctor.reports import as_contract

        write_json(Path(json_file), as_contract(report))
    if sarif_file is not None:
        write_sarif(Path(sarif_file), report, Path.cwd())
