"""Opening a target in a process of its own: on another backend, or without trace in this one.

Keras chooses its backend once in the life of a process, so what needs a model on several opens it
in children. See `opening_child`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from graphscope.errors import GraphscopeError, TargetError
from graphscope.graph import Graph
from graphscope.session.children.answers import take_graph
from graphscope.session.children.process import ChildEndedError, Job, ask
from graphscope.session.input_shapes import NamedInput
from graphscope.session.open import DEFAULTS, OpenOptions

TIMEOUT = 900.0
"""Seconds after which a child is given up: several times what the largest model that was tried
took."""
MOST = 4 << 30
"""Bytes of an answer."""

_MODULE = "graphscope.session.opening_child"


def _say_nothing(_text: str) -> None:
    """Report to nobody."""


def open_elsewhere(
    target_text: str,
    options: OpenOptions = DEFAULTS,
    report: Callable[[str], None] = _say_nothing,
    *,
    timeout: float = TIMEOUT,
) -> Graph:
    """Return the graph of what a target names, opened in a child process.

    What the child writes to standard error is held back; of what the user's program prints,
    nothing is seen.

    Args:
        target_text: as `graphscope.session.open_target` takes it.
        options: how to open it; the child's Keras runs on `options.backend`.
        report: is told about the steps that take long.
        timeout: seconds after which the child is ended.

    Raises:
        GraphscopeError: the very error that opening it raised there; or that the child ended or
            took too long.
    """
    return open_apart(target_text, options, report, timeout=timeout).take()


@dataclass(frozen=True, slots=True)
class Opened:
    """What a child answered: a graph or an error, and the files of the program that it imported."""

    graph: Graph | None = None
    error: GraphscopeError | None = None
    files: tuple[str, ...] = ()

    def take(self) -> Graph:
        """Return the graph, or raise the error."""
        if self.error is not None:
            raise self.error
        assert self.graph is not None, "a child answers one of both"
        return self.graph


def open_apart(
    target_text: str,
    options: OpenOptions = DEFAULTS,
    report: Callable[[str], None] = _say_nothing,
    *,
    timeout: float = TIMEOUT,
) -> Opened:
    """Do as `open_elsewhere`, and tell beside graph or error which files it came from.

    Raises:
        GraphscopeError: that the child ended or took too long.
    """
    environment = dict(os.environ)
    if options.backend is not None:
        environment["KERAS_BACKEND"] = options.backend
    task = describe_request(target_text, options)
    job = Job(_MODULE, task, environment, isolated=False, seconds=timeout, most=MOST)
    try:
        answer = ask(job, report)
    except ChildEndedError as end:
        raise _explain(end, target_text, timeout) from end
    files = tuple(map(str, answer.header.get("files", ())))
    try:
        return Opened(graph=take_graph(answer), files=files)
    except GraphscopeError as error:
        return Opened(error=error, files=files)


def describe_request(target_text: str, options: OpenOptions) -> dict[str, Any]:
    """Return what a child is asked, as JSON values."""
    step = options.step
    return {
        "target": target_text,
        "inputs": _describe_inputs(options.inputs),
        "backend": options.backend,
        "ops": options.ops,
        "time_batch": options.time_batch,
        "rebuild": options.rebuild,
        "entry": options.entry,
        "trust": options.trust and list(options.trust.imports),
        "step": step and [_describe_inputs(step.targets), step.loss, step.optimizer],
    }


def _describe_inputs(inputs: Iterable[NamedInput]) -> list[Any]:
    return [[given.name, list(given.spec.shape or ()), given.spec.dtype] for given in inputs]


def _explain(end: ChildEndedError, target_text: str, timeout: float) -> TargetError:
    if end.is_late:
        return TargetError(
            f"Opening {target_text!r} in a process of its own took more than {timeout:g} "
            "seconds and was given up.",
            "Open it alone, with --no-ops or a smaller --input-shape.",
        )
    return TargetError(
        f"The process that opened {target_text!r} {end.how}.",
        "Open it alone to see the whole message; an end by SIGKILL usually means too little "
        "memory.",
    )
