"""One target on several backends, each in a process of its own."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from graphscope.errors import GraphscopeError, TargetError
from graphscope.graph import Graph
from graphscope.session.elsewhere import open_elsewhere
from graphscope.session.open import OpenOptions
from graphscope.session.targets import FileTarget, parse_target
from graphscope.session.user_code import BACKENDS


@dataclass(frozen=True, slots=True)
class OnBackends:
    """The graphs of a target, and what kept others from being made.

    Attributes:
        graphs: by backend, in the order in which they were asked for.
        missing: backends that are not installed.
        failures: what was said on backends where the target could not be traced.
    """

    graphs: dict[str, Graph] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


def open_on_backends(
    target_text: str,
    backends: Sequence[str],
    options: OpenOptions,
    report: Callable[[str], None],
) -> OnBackends:
    """Open a target on several backends at the same time.

    Raises:
        TargetError: for a file, which has no backend, or when none of the backends is installed.
        GraphscopeError: when the target can be traced on none of them.
    """
    if isinstance(parse_target(target_text), FileTarget):
        raise TargetError(
            f"{target_text!r} is a file, which is read without a backend.",
            "Name a model in Python: net.py:make_model, or sample:mnist_cnn.",
        )
    found = OnBackends(missing=[name for name in backends if not _is_installed(name)])
    present = [name for name in backends if name not in found.missing]
    if not present:
        raise TargetError(
            f"None of {', '.join(backends)} is installed.",
            'Install one: pip install "keras-graphscope[tensorflow]".',
        )
    report(f"tracing the model on {', '.join(present)}")
    first: GraphscopeError | None = None
    with ThreadPoolExecutor(len(present)) as pool:
        opening = {
            name: pool.submit(open_elsewhere, target_text, replace(options, backend=name))
            for name in present
        }
        for name, future in opening.items():
            try:
                found.graphs[name] = future.result()
            except GraphscopeError as error:
                found.failures[name] = str(error)
                first = first or error
    if first is not None and not found.graphs:
        raise first
    return found


def sort_backends(names: Sequence[str]) -> list[str]:
    """Return backends in the order of `BACKENDS`, all of them if none is named.

    Raises:
        TargetError: for a name that is none.
    """
    unknown = [name for name in names if name not in BACKENDS]
    if unknown:
        raise TargetError(f"{unknown[0]!r} is no backend of Keras.", f"Use {', '.join(BACKENDS)}.")
    return [name for name in BACKENDS if not names or name in names]


def _is_installed(backend: str) -> bool:
    return importlib.util.find_spec(backend) is not None
