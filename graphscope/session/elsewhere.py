"""Opening a target in a process of its own: on another backend, or without trace in this one.

Keras chooses its backend once in the life of a process, so what needs a model on several opens it
in children. A child writes one JSON object a line: what it is busy with, then the graph or what
went wrong. See `opening_child`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from graphscope import errors
from graphscope.errors import GraphscopeError, TargetError
from graphscope.graph import Graph, from_json
from graphscope.session.input_shapes import NamedInput
from graphscope.session.open import DEFAULTS, OpenOptions

TIMEOUT = 900.0
"""Seconds after which a child is given up: several times what the largest model that was tried
took."""

_LONGEST_COMPLAINT = 300
"""Characters of a child's last words that are repeated."""


def _say_nothing(_text: str) -> None:
    """Report to nobody."""


def open_elsewhere(
    target_text: str,
    options: OpenOptions = DEFAULTS,
    report: Callable[[str], None] = _say_nothing,
    *,
    timeout: float = TIMEOUT,
    memory: int | None = None,
) -> Graph:
    """Return the graph of what a target names, opened in a child process.

    What the child writes to standard error is held back; of what the user's program prints,
    nothing is seen.

    Args:
        target_text: as `graphscope.session.open_target` takes it.
        options: how to open it; the child's Keras runs on `options.backend`.
        report: is told about the steps that take long.
        timeout: seconds after which the child is ended.
        memory: bytes of address space that the child may use, where the system can limit it; None
            for no limit.

    Raises:
        GraphscopeError: the very error that opening it raised there; or that the child ended or
            took too long.
    """
    return open_apart(target_text, options, report, timeout=timeout, memory=memory).take()


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
    memory: int | None = None,
) -> Opened:
    """Do as `open_elsewhere`, and tell beside graph or error which files it came from.

    Raises:
        GraphscopeError: that the child ended or took too long.
    """
    with tempfile.TemporaryFile() as complaints, _started(options, complaints) as child:
        late = _Deadline(child, timeout)
        with late:
            request = {**describe_request(target_text, options), "memory": memory}
            answer = _ask(child, request, report)
            child.wait()
        if answer is None and late.has_passed:
            raise TargetError(
                f"Opening {target_text!r} in a process of its own took more than {timeout:g} "
                "seconds and was given up.",
                "Open it alone, with --no-ops or a smaller --input-shape.",
            )
        if answer is None:
            raise _ended(target_text, child.returncode, complaints)
    files = tuple(answer.get("files", ()))
    if "graph" in answer:
        return Opened(graph=from_json(answer["graph"]), files=files)
    return Opened(error=_as_error(answer["error"]), files=files)


def describe_request(target_text: str, options: OpenOptions) -> dict[str, Any]:
    """Return what a child is asked, as JSON values."""
    step = options.step
    return {
        "target": target_text,
        "inputs": _describe_inputs(options.inputs),
        "backend": options.backend,
        "ops": options.ops,
        "step": step and [_describe_inputs(step.targets), step.loss, step.optimizer],
    }


def _describe_inputs(inputs: Iterable[NamedInput]) -> list[Any]:
    return [[given.name, list(given.spec.shape or ()), given.spec.dtype] for given in inputs]


@contextmanager
def _started(options: OpenOptions, complaints: IO[bytes]) -> Iterator[subprocess.Popen[str]]:
    environment = dict(os.environ)
    if options.backend is not None:
        environment["KERAS_BACKEND"] = options.backend
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "graphscope.session.opening_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env=environment,
        text=True,
        encoding="utf-8",
    )
    with child:
        try:
            yield child
        except BaseException:
            child.kill()
            raise


def _ask(
    child: subprocess.Popen[str], request: dict[str, Any], report: Callable[[str], None]
) -> dict[str, Any] | None:
    assert child.stdin is not None, "it is a pipe"
    assert child.stdout is not None, "it is a pipe"
    try:
        child.stdin.write(json.dumps(request))
        child.stdin.close()
    except BrokenPipeError:
        return None
    for line in child.stdout:
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:
            return None  # It was ended in the middle of a line.
        if "report" not in said:
            return said
        report(said["report"])
    return None


class _Deadline:
    """Ends a child when its time has run out."""

    def __init__(self, child: subprocess.Popen[str], seconds: float) -> None:
        self.has_passed = False
        self._child = child
        self._timer = threading.Timer(seconds, self._pass)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    def _pass(self) -> None:
        self.has_passed = True
        self._child.kill()


def _ended(target_text: str, code: int, complaints: IO[bytes]) -> TargetError:
    how = f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"
    return TargetError(
        f"The process that opened {target_text!r} {how}{_last_words(complaints)}.",
        "Open it alone to see the whole message; an end by signal 9 usually means too little "
        "memory.",
    )


def _last_words(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read().decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f" ({last[:_LONGEST_COMPLAINT].rstrip('.')})" if last else ""


def _as_error(told: dict[str, str]) -> GraphscopeError:
    kind = getattr(errors, told["type"], None)
    if isinstance(kind, type) and issubclass(kind, GraphscopeError):
        return kind(told["message"], told["remedy"])
    return GraphscopeError(told["message"], told["remedy"])
