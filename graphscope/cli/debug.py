"""`graphscope debug`: run a script, and say why it fails or does something else than was meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphscope.cli.endings import ended_by_signals
from graphscope.cli.options import debug_option
from graphscope.cli.report_files import write_json, write_sarif
from graphscope.cli.text import plural

if TYPE_CHECKING:
    from graphscope.session.debug import Debugged

_EPILOG = """\b
Exit status:
  0   the program ran to its end, and nothing is wrong with it
  1   something is wrong, and was diagnosed
  2   the command line is wrong
  3   the program failed for a reason outside our subject; its own traceback is printed
Any other status is the program's own.
\b
Examples:
  graphscope debug train.py
  graphscope debug train.py --epochs 3 --json report.json
  graphscope debug --apply 1 train.py
  graphscope debug -m package.train
  graphscope debug train.py -- --json the-scripts-own-option
\b
Long options of graphscope are understood before and behind SCRIPT; all others behind it, and all
behind --, belong to the script."""


class ScriptCommand(click.Command):
    """A command whose arguments end with a script and what belongs to the script."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give the script its own arguments, and parse the rest."""
        ours, script, theirs = self._divide(list(args))
        ctx.meta["graphscope.script"] = (script, theirs)
        return super().parse_args(ctx, ours)

    def _divide(self, args: list[str]) -> tuple[list[str], str | None, list[str]]:
        known = {name: option for option in self._options() for name in option.opts}
        ours: list[str] = []
        script: str | None = None
        theirs: list[str] = []
        while args:
            word = args.pop(0)
            name = word.partition("=")[0]
            if word == "--":
                if script is None and args:
                    script = args.pop(0)
                theirs += args
                break
            if script is None and word == "-m" and args:
                ours.append("-m")
                script = args.pop(0)
            elif name in known and name != "-m" and (script is None or name.startswith("--")):
                ours.append(word)
                if not known[name].is_flag and "=" not in word and args:
                    ours.append(args.pop(0))
            elif script is None and word.startswith("-"):
                ours.append(word)  # Click says that there is no such option.
            elif script is None:
                script = word
            else:
                theirs.append(word)
        return ours, script, theirs

    def _options(self) -> list[click.Option]:
        return [each for each in self.params if isinstance(each, click.Option)]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what stands behind the command's name in its usage."""
        return [*super().collect_usage_pieces(ctx), "SCRIPT [ARGS...]"]


@click.command(
    "debug",
    cls=ScriptCommand,
    short_help="Run a script; say why it fails, and offer fixes that ran.",
    epilog=_EPILOG,
)
@click.option("-m", "is_module", is_flag=True, help="SCRIPT is the dotted name of a module.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the report as JSON.",
)
@click.option(
    "--sarif",
    "sarif_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what was found as a SARIF log, for continuous integration.",
)
@click.option("--show", is_flag=True, help="Open the report in the browser.")
@click.option("--no-verify", is_flag=True, help="Do not run the program again to try fixes.")
@click.option(
    "--apply", "number", type=click.IntRange(min=1), metavar="N",
    help="Edit the program by the N-th fix, after showing what it changes.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask before editing.")
@click.option("--train", is_flag=True, help="Look at how training goes, not only whether it runs.")
@click.option("--traceback", is_flag=True, help="Print Python's own traceback above the report.")
@click.option(
    "--time-limit", type=click.FloatRange(min=1), metavar="SECONDS", default=60.0,
    show_default=True, help="For trying all fixes together.",
)  # fmt: skip
@click.option(
    "--memory-limit", type=click.IntRange(min=64), metavar="MB", default=4096,
    show_default=True, help="For each run of a copy.",
)  # fmt: skip
@debug_option()
@click.pass_context
def command(ctx: click.Context, /, **choices: Any) -> None:
    """Run a script unchanged; when it fails, say which line to edit and why.

    Also said is what a program does wrong without failing. Fixes are applied to a copy of the
    program in a scratch folder, and that copy is run: with training cut to one step, without
    network, and with writes kept in the scratch folder.
    """
    from graphscope.doctor.running import find_launch
    from graphscope.errors import TargetError
    from graphscope.session.debug import DebugOptions, debug_program

    script, arguments = ctx.meta["graphscope.script"]
    if script is None:
        raise click.UsageError("Missing argument 'SCRIPT'.", ctx)
    try:
        launch = find_launch(script, arguments, is_module=choices["is_module"])
    except TargetError as error:
        raise click.UsageError(str(error), ctx) from error
    options = DebugOptions(
        verify=not choices["no_verify"],
        limits=_limits(choices["time_limit"], choices["memory_limit"]),
        command=_spelled(script, arguments, is_module=choices["is_module"]),
        train=choices["train"],
    )
    choices["root"] = Path.cwd()
    for name in ("json_file", "sarif_file"):
        if choices[name] is not None:
            choices[name] = choices[name].absolute()  # The program may go elsewhere.
    debugged = debug_program(launch, options, announce=_announce)
    _finish(ctx, debugged, choices)


def _limits(seconds: float, megabytes: int) -> Any:
    from graphscope.doctor.fixes.verify import Limits

    each = min(seconds, Limits().seconds_each)
    return Limits(
        seconds=min(seconds, Limits().seconds),
        seconds_in_all=seconds,
        seconds_each=each,
        memory=megabytes << 20,
    )


def _announce(text: str) -> None:
    click.echo(f"graphscope: {text}", err=True)


def _spelled(script: str, arguments: Sequence[str], *, is_module: bool) -> str:
    import shlex

    module = ["-m"] if is_module else []
    return shlex.join(["graphscope", "debug", *module, script, *arguments])


def _finish(ctx: click.Context, debugged: Debugged, choices: dict[str, Any]) -> None:
    """Tell what was found, in all forms that were asked for, and end with its status."""
    from graphscope.session.debug.run import print_traceback

    raised = debugged.ending.raised
    _write(debugged, choices)
    speaks_for_itself = choices["traceback"] or debugged.status != 1
    if speaks_for_itself and raised is not None and not isinstance(raised, SystemExit):
        print_traceback(raised)
    _print(debugged)
    if choices["show"]:
        _show(debugged)
    if choices["number"] is not None and debugged.status != 0:
        _apply(debugged, choices["number"], sure=choices["yes"])
    if isinstance(raised, SystemExit) and not debugged.report.findings:
        raise raised
    ctx.exit(debugged.status)


def _write(debugged: Debugged, choices: dict[str, Any]) -> None:
    from graphscope.session.debug.contract import contract_of

    if choices["json_file"] is not None:
        write_json(choices["json_file"], contract_of(debugged.report))
    if choices["sarif_file"] is not None:
        write_sarif(choices["sarif_file"], debugged.report, choices["root"])


def _print(debugged: Debugged) -> None:
    import sys

    from graphscope.cli.diagnosis import make_console, print_report

    if debugged.report.diagnoses:
        print_report(debugged.report, make_console(sys.__stderr__))
        return
    for note in debugged.report.notes:
        _announce(note)
    if debugged.ending.is_normal:
        _announce("the program ran to its end; nothing was found.")


def _show(debugged: Debugged) -> None:
    from graphscope.app.debugging import show_report

    with ended_by_signals():
        show_report(debugged.report, debugged.graph)


def _apply(debugged: Debugged, number: int, *, sure: bool) -> None:
    from graphscope.session.debug.applying import apply_fix, find_fix

    fix = find_fix(debugged.report, number)
    click.echo(fix.diff(debugged.report.sources))
    if not sure and not click.confirm(f"Apply: {fix.title}?", default=False):
        return
    changed = apply_fix(debugged.report, fix)
    click.echo(f"graphscope: edited {plural(len(changed), 'file')}: {', '.join(changed)}", err=True)
