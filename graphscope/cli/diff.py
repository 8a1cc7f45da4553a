"""`graphscope diff`: what differs between two models, with exit statuses for CI."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphscope.cli.diff_views import draw, is_picture, serve, view_options
from graphscope.cli.failures import as_bug, as_failure
from graphscope.cli.file_options import file_options, read_trust, tell_trust
from graphscope.cli.options import TARGET_HELP, InputShape, batch_option, debug_option
from graphscope.cli.progress import Report, progress
from graphscope.errors import ExportError, GraphscopeError

if TYPE_CHECKING:
    from graphscope.analysis.diff import GraphDiff
    from graphscope.graph import Graph

_BACKENDS = click.Choice(["tensorflow", "jax", "torch"])

_TOPICS = (
    "name", "type", "place", "config", "trainable", "weights", "shapes", "dtypes", "parameters",
    "flops", "memory", "wiring", "operations", "calls",
)  # fmt: skip

_EPILOG = f"""{TARGET_HELP}

\b
Exit status:
  0   done
  1   the models differ, with --exit-code
  2   a target or an option is wrong, or graphscope failed

\b
Examples:
  graphscope diff old.keras new.keras
  graphscope diff old.keras net.py:make_model --exit-code
  graphscope diff 'net.py:make(8)' 'net.py:make(16)' --format markdown -o diff.md
  graphscope diff old.keras new.keras --show
  graphscope diff old.keras new.keras -o diff.svg --direction right
  graphscope diff sample:tiny_gpt sample:tiny_gpt --backend-a tensorflow --backend-b jax"""


@click.command("diff", short_help="Tell what differs between two models.", epilog=_EPILOG)
@click.argument("target_a")
@click.argument("target_b")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Text for a terminal, JSON for programs, Markdown for a pull request.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="Write to a file; a picture of both in one graph if it ends with .svg, .png or .pdf.",
)
@click.option("--show", is_flag=True, help="Compare in the browser, until Ctrl-C.")
@view_options
@click.option("--exit-code", is_flag=True, help="Exit with 1 if the models differ.")
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    metavar="N",
    help="Tell changes one by one down to N levels of blocks; deeper ones by number.",
)
@click.option(
    "--ignore",
    type=click.Choice(_TOPICS),
    multiple=True,
    help="What is no difference; repeat it for several.",
)
@batch_option
@click.option("--backend", type=_BACKENDS, help="The Keras backend for both.")
@click.option("--backend-a", type=_BACKENDS, help="The Keras backend for TARGET_A.")
@click.option("--backend-b", type=_BACKENDS, help="The Keras backend for TARGET_B.")
@click.option(
    "--input-shape",
    "input_shapes",
    type=InputShape(),
    multiple=True,
    metavar="[NAME=]SIZES[:DTYPE]",
    help="An input of Python targets that do not know their own, as for `graphscope info`.",
)
@click.option("--no-ops", is_flag=True, help="Compare layers only, not single operations.")
@file_options
@debug_option()
def command(
    target_a: str,
    target_b: str,
    form: str,
    output: str | None,
    exit_code: bool,
    depth: int | None,
    show: bool,
    **choices: Any,
) -> None:
    """Tell which layers, calls and weights were added, removed or changed from A to B.

    Both may be anything that graphscope opens. Layers are matched by their names, by what they
    compute and by how they are wired, so that a renamed layer is a renamed layer and a block that
    was put in between does not make all that follow it new.
    """
    ctx = click.get_current_context()
    try:
        with progress() as report:
            graphs = _open((target_a, target_b), report, **choices)
            report("comparing")
            found = _compare(graphs, **choices)
            if is_picture(output):
                report(f"writing {output}")
                draw(graphs, found, str(output), **choices)
        if not is_picture(output) and not (show and output is None):
            _tell(found, form, output, depth)
        if show:
            serve(graphs, (target_a, target_b), **choices)
    except GraphscopeError as error:
        as_failure(error, ctx).show()
        ctx.exit(2)
    except Exception as error:  # noqa: BLE001 - a crash must not look like a difference
        as_bug(error, ctx).show()
        ctx.exit(2)
    ctx.exit(1 if exit_code and found else 0)


def _compare(graphs: tuple[Graph, Graph], **choices: Any) -> GraphDiff:
    from graphscope.analysis.diff import compare_graphs

    return compare_graphs(*graphs, batch=choices["batch"], ignore=choices["ignore"])


def _open(texts: tuple[str, str], report: Report, **choices: Any) -> tuple[Graph, Graph]:
    from graphscope.session.comparison import open_both
    from graphscope.session.open import OpenOptions

    def options(backend: str | None) -> OpenOptions:
        return OpenOptions(
            inputs=tuple(choices["input_shapes"]),
            backend=backend,
            ops=not choices["no_ops"],
            rebuild=not choices["no_rebuild"],
            entry=choices.get("entry", ""),
            trust=trust,
        )

    trust = read_trust(choices)
    for text in texts:
        tell_trust(text, trust)
    both = choices["backend"]
    chosen = (options(choices["backend_a"] or both), options(choices["backend_b"] or both))
    with redirect_stdout(sys.stderr):
        return open_both(texts, chosen, report)


def _tell(found: GraphDiff, form: str, output: str | None, depth: int | None) -> None:
    if form == "text" and output is None:
        from graphscope.cli.diff_page import print_diff

        print_diff(found, depth=depth)
        return
    text = _as_text(found, form, depth)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(f"{output!r} cannot be written: {reason}.") from error


def _as_text(found: GraphDiff, form: str, depth: int | None) -> str:
    if form == "json":
        return json.dumps(found.as_dict(), indent=2, ensure_ascii=False) + "\n"
    if form == "markdown":
        from graphscope.analysis.diff.markdown import to_markdown

        return to_markdown(found, depth=depth)
    from graphscope.cli.diff_page import render_diff

    return render_diff(found, depth=depth)
