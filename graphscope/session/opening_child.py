"""The child of `elsewhere`: opens one target and writes its graph to the parent as JSON.

Standard output belongs to the parent; what the user's program prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path
from typing import Any

from graphscope.errors import GraphscopeError
from graphscope.graph import TensorSpec, to_json
from graphscope.session.input_shapes import NamedInput
from graphscope.session.open import OpenOptions, open_target
from graphscope.session.steps import StepOptions
from graphscope.tracers.messages import describe_error


def main() -> None:
    """Read a request from standard input, and answer it."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as parent:
        os.dup2(2, 1)
        sys.stdout = sys.stderr

        def say(**told: Any) -> None:
            parent.write(f"{json.dumps(told)}\n")
            parent.flush()

        request = json.loads(sys.stdin.read())
        limit_memory(request.get("memory"))
        try:
            graph = open_target(
                request["target"], read_options(request), report=lambda text: say(report=text)
            )
            say(graph=to_json(graph), files=program_files())
        except GraphscopeError as error:
            say(
                error=_describe(type(error).__name__, error.message, error.remedy),
                files=program_files(),
            )
        except MemoryError:
            message = f"{request['target']!r} needs more memory than this process may use."
            remedy = "Open it on the command line, where nothing limits it."
            say(error=_describe("TargetError", message, remedy))
        except Exception as error:  # noqa: BLE001 - the parent tells it to the user
            message = f"Opening {request['target']!r} failed with {describe_error(error)}."
            remedy = "This is a bug in graphscope; open it alone with --debug for the traceback."
            say(error=_describe("GraphscopeError", message, remedy))


def read_options(request: dict[str, Any]) -> OpenOptions:
    """Return the options that `elsewhere.describe_request` described."""
    step = request.get("step")
    if step is not None:
        targets, loss, optimizer = step
        step = StepOptions(_read_inputs(targets), loss, optimizer)
    inputs = _read_inputs(request["inputs"])
    return OpenOptions(inputs, request["backend"], request["ops"], step)


def _read_inputs(described: list[Any]) -> tuple[NamedInput, ...]:
    return tuple(
        NamedInput(name, TensorSpec(tuple(shape), dtype)) for name, shape, dtype in described
    )


def limit_memory(size: int | None) -> None:
    """Limit the address space of this process, where the system can (not on Windows)."""
    if size is None:
        return
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = size if most == resource.RLIM_INFINITY else min(size, most)
    # macOS refuses limits below what is mapped already; its own limits then hold.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted, most))


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


def _describe(kind: str, message: str, remedy: str) -> dict[str, str]:
    return {"type": kind, "message": message, "remedy": remedy}


if __name__ == "__main__":
    main()
