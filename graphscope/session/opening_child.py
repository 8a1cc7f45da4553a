"""The child of `elsewhere`: opens one target and answers with its graph.

What the user's program prints goes to standard error.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import Any

from graphscope.errors import GraphscopeError
from graphscope.graph import TensorSpec
from graphscope.session.children.answers import Answer, tell_error, tell_graph
from graphscope.session.children.parent import Parent
from graphscope.session.input_shapes import NamedInput
from graphscope.session.open import OpenOptions, open_target, trace_trusted
from graphscope.session.steps import StepOptions
from graphscope.session.trust import Trust
from graphscope.tracers.messages import describe_error


def main(task: dict[str, Any], parent: Parent) -> None:
    """Open what the task names, and answer.

    Args:
        task: as `elsewhere.describe_request` describes it.
        parent: is told about the steps that take long, and gets the answer.
    """
    parent.follow()
    header, payload = _open(task, parent)
    parent.tell({**header, "files": program_files()}, payload)


def _open(task: dict[str, Any], parent: Parent) -> Answer:
    def report(text: str) -> None:
        parent.tell({"report": text})

    options = read_options(task)
    try:
        if options.trust is not None:
            # The user's word is spent in this process, on this file.
            return tell_graph(trace_trusted(task["target"], options, options.trust, report=report))
        return tell_graph(open_target(task["target"], options, report=report))
    except GraphscopeError as error:
        return tell_error(error)
    except Exception as error:  # noqa: BLE001 - the parent tells it to the user
        told = GraphscopeError(
            f"Opening {task['target']!r} failed with {describe_error(error)}.",
            "This is a bug in graphscope; open it alone with --debug for the traceback.",
        )
        return tell_error(told, error)


def read_options(request: dict[str, Any]) -> OpenOptions:
    """Return the options that `elsewhere.describe_request` described."""
    step = request.get("step")
    if step is not None:
        targets, loss, optimizer = step
        step = StepOptions(_read_inputs(targets), loss, optimizer)
    inputs = _read_inputs(request["inputs"])
    trusted = request["trust"]
    return OpenOptions(
        inputs,
        request["backend"],
        request["ops"],
        step,
        request["time_batch"],
        rebuild=request["rebuild"],
        entry=request["entry"],
        trust=None if trusted is None else Trust(tuple(trusted)),
    )


def _read_inputs(described: list[Any]) -> tuple[NamedInput, ...]:
    return tuple(
        NamedInput(name, TensorSpec(tuple(shape), dtype)) for name, shape, dtype in described
    )


def program_files() -> list[str]:
    """Return the files of imported modules that are neither installed nor graphscope's own."""
    libraries = (sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib"))
    installed = {*libraries, str(Path(__file__).parents[1])}
    found = {getattr(module, "__file__", None) for module in tuple(sys.modules.values())}
    files = {str(Path(file).resolve()) for file in found if isinstance(file, str)}
    return sorted(file for file in files if not _is_below(file, installed))


def _is_below(file: str, folders: set[str]) -> bool:
    path = Path(file)
    if not {"site-packages", "dist-packages"}.isdisjoint(path.parts):
        return True
    return any(path.is_relative_to(Path(folder).resolve()) for folder in folders)
