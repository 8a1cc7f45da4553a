"""From the text of a TARGET to a graph: the wiring of readers and tracers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from graphscope import plugins
from graphscope.errors import TargetError, TraceError
from graphscope.graph import Graph
from graphscope.session.files import find_reader
from graphscope.session.input_shapes import NamedInput, combine_inputs
from graphscope.session.live_overlays import add_placement
from graphscope.session.models import LoadedModel, is_model, load_model
from graphscope.session.quiet import held_back_stderr
from graphscope.session.reading.apart import has_entries, read_apart
from graphscope.session.rebuilding.complete import Choices, complete
from graphscope.session.runs import find_run, read_run_graph
from graphscope.session.steps import StepOptions, refuse_step, trace_step
from graphscope.session.targets import FileTarget, ObjectTarget, parse_target
from graphscope.session.training import describe_optimizer
from graphscope.session.trust import Trust, check_trusted, trusted_model
from graphscope.session.user_code import (
    BACKENDS,
    check_module,
    telling_of_call,
    user_environment,
)
from graphscope.tracers.messages import describe_error

Report: TypeAlias = Callable[[str], None]
"""Is told what the session is busy with, in a few words."""


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """How a target is opened; `inputs`, `step` and `time_batch` are for Python code only."""

    inputs: tuple[NamedInput, ...] = ()
    """What the model is called with, where it does not say so itself."""
    backend: str | None = None
    """The Keras backend; None for the one that Keras would choose."""
    ops: bool = True
    """Whether to trace single operations; False gives the data-flow graph of layers alone."""
    step: StepOptions | None = None
    """How to trace the training step instead of the inference call; None for the call."""
    time_batch: int | None = None
    """The batch size to run the model with to clock its calls; None not to run it."""
    rebuild: bool = True
    """Whether a file of a library's model is shown as the model that the library makes of it."""
    trust: Trust | None = None
    """The user's word that the code in a file may run; None to read the file."""
    entry: str = ""
    """The entry point of a SavedModel to show; empty for the one that is meant for serving."""


DEFAULTS = OpenOptions()


def _say_nothing(_text: str) -> None:
    """Report to nobody."""


def open_target(
    text: str, options: OpenOptions = DEFAULTS, *, report: Report = _say_nothing
) -> Graph:
    """Return the graph of what a target names.

    Args:
        text: a file, `module:attribute` or `sample:NAME`; see `graphscope.session.targets`. Of the
            folder of a run it is the graph that is kept with it.
        options: how to open it.
        report: is told about the steps that take long.

    Raises:
        GraphscopeError: when there is nothing to open, or it is broken.
    """
    folder = find_run(text)
    if folder is not None:
        _refuse_entry(text, options)
        refuse_step(text, options.step)
        _refuse_times(text, options)
        _refuse_trust(text, options)
        report("reading the graph of the run")
        return read_run_graph(folder)
    target = parse_target(text)
    if isinstance(target, ObjectTarget):
        _refuse_entry(text, options)
        _refuse_trust(text, options)
        return _trace(target, options, report)
    if options.trust is not None:
        _refuse_entry(text, options)
        return open_trusted(target, options, report=report)
    _refuse_times(text, options)
    return _read(target, options, report)


def read_file(
    target: FileTarget, options: OpenOptions = DEFAULTS, *, report: Report = _say_nothing
) -> Graph:
    """Return the graph in a file: as it is read, or rebuilt where a library can make the model.

    Nothing in the file runs.

    Raises:
        TargetError: when the file is missing or of an unknown kind.
        ReadError: when it is not what its name says.
    """
    reader = find_reader(target.path)
    if options.entry and not has_entries(reader):
        _refuse_entry(str(target), options)
    report(f"reading {target.path.name}")
    graph = read_apart(target.path, reader, entry=options.entry)
    if not options.rebuild:
        return graph
    choices = Choices(options.backend, options.ops)
    return complete(graph, target.path, reader, choices, report)


def trace_model(model: Any, inputs: Any = None, *, ops: bool = True) -> Graph:
    """Return the graph of a live Keras model, traced by the tracer of its backend.

    Raises:
        TraceError: when the value is no model, its backend has no tracer, or it cannot be called.
    """
    if not is_model(model):
        raise TraceError(
            f"A value of type {type(model).__name__} is not a Keras model or layer.",
            "Pass the model itself, built or with `inputs`.",
        )
    backend = sys.modules["keras"].config.backend()
    _check_backend(backend)
    graph: Graph = plugins.find("tracers", backend)(model, inputs, ops=ops)
    graph = add_placement(model, graph)
    optimizer = describe_optimizer(model)
    if optimizer is None:
        return graph
    return replace(graph, metadata={**graph.metadata, "optimizer": optimizer})


def _read(target: FileTarget, options: OpenOptions, report: Report) -> Graph:
    if options.inputs:
        raise TargetError(
            "--input-shape does not apply to a file, whose shapes are read from it.",
            "Leave it out.",
        )
    refuse_step(str(target), options.step)
    return read_file(target, options, report=report)


def _trace(target: ObjectTarget, options: OpenOptions, report: Report) -> Graph:
    with user_environment(target):
        check_module(target)
        return _trace_loaded(lambda: load_model(target), telling_of_call(target), options, report)


def open_trusted(
    target: FileTarget, options: OpenOptions, *, report: Report = _say_nothing
) -> Graph:
    """Return the graph of the model that Keras loads from a file, in a child process.

    Args:
        target: the file.
        options: how to open it; with `trust`.
        report: is told about the steps that take long.

    Raises:
        GraphscopeError: when Keras cannot load the file, or the model cannot be traced.
    """
    from graphscope.session.elsewhere import open_elsewhere  # its child comes back to this module

    assert options.trust is not None, "the user's word is asked for before"
    check_trusted(target, options.trust)
    report(f"loading {target.path.name} with Keras")
    return open_elsewhere(str(target), options, report)


def trace_trusted(
    text: str, options: OpenOptions, trust: Trust, *, report: Report = _say_nothing
) -> Graph:
    """Return the graph of the model that Keras loads from a file; the code in the file runs here.

    Raises:
        GraphscopeError: when Keras cannot load the file, or the model cannot be traced.
    """
    with trusted_model(FileTarget(Path(text)), trust) as load:
        return _trace_loaded(load, nullcontext(), options, report)


def _trace_loaded(
    load: Callable[[], LoadedModel],
    telling: AbstractContextManager[None],
    options: OpenOptions,
    report: Report,
) -> Graph:
    given = combine_inputs(options.inputs)
    if options.step is not None and options.time_batch is not None:
        raise TargetError(
            "--time clocks the call for inference, and --train asks for the training step.",
            "Give one of the two.",
        )
    if options.backend is not None:
        _choose_backend(options.backend)
    report("importing keras")
    # What the program builds may be too large for this machine; its graph needs no weights.
    with _recorded_creation(), _values_on_demand():
        report("building the model")
        loaded = load()
        report("tracing the model")
        inputs = loaded.inputs if given is None else given
        with telling:
            if options.step is not None:
                return _trace_step(loaded.model, inputs, options.step, ops=options.ops)
            graph = trace_model(loaded.model, inputs, ops=options.ops)
        return _add_times(loaded.model, graph, inputs, options, report)


def _add_times(
    model: Any, graph: Graph, inputs: Any, options: OpenOptions, report: Report
) -> Graph:
    if options.time_batch is None:
        return graph
    from graphscope.session.live_overlays import add_times

    report("running the model")
    return add_times(model, graph, inputs, batch=options.time_batch)


def _trace_step(model: Any, inputs: Any, step: StepOptions, *, ops: bool) -> Graph:
    return trace_step(
        model,
        inputs,
        targets=combine_inputs(step.targets),
        loss=step.loss,
        optimizer=step.optimizer,
        ops=ops,
    )


def _refuse_times(target: str, options: OpenOptions) -> None:
    """Complain about times of something that does not run."""
    if options.time_batch is not None:
        raise TargetError(
            f"--time runs a model, and {target!r} is none: what is read from a file never runs.",
            "Give a target in Python code, such as net.py:make_model.",
        )


def _refuse_entry(target: str, options: OpenOptions) -> None:
    """Complain about an entry point of something that has none."""
    if options.entry:
        raise TargetError(
            f"--entry names an entry point of a SavedModel, and {target!r} is none.",
            "Leave it out.",
        )


def _refuse_trust(target: str, options: OpenOptions) -> None:
    """Complain about trust in something that is no file."""
    if options.trust is not None:
        raise TargetError(
            f"--trust is for files with code in them, and {target!r} is none.", "Leave it out."
        )


@contextmanager
def _recorded_creation() -> Iterator[None]:
    from graphscope.tracers import record_creation

    with ExitStack() as stack:
        try:
            with held_back_stderr():
                stack.enter_context(record_creation())  # imports keras
        except ImportError as error:
            missing = (error.name or "").partition(".")[0]
            raise TargetError(
                f"Keras could not be imported: {describe_error(error)}.",
                f'Install a backend: pip install "keras-graphscope[{missing}]".'
                if missing in BACKENDS
                else "Reinstall it: pip install --force-reinstall keras.",
            ) from error
        yield


@contextmanager
def _values_on_demand() -> Iterator[None]:
    from graphscope.tracers.abstract import values_on_demand

    with values_on_demand():
        yield


def _choose_backend(backend: str) -> None:
    """Make Keras start on a backend; it reads the variable once, when it is imported."""
    _check_backend(backend)
    keras = sys.modules.get("keras")
    if keras is not None and keras.config.backend() != backend:
        raise TargetError(
            f"Keras runs on {keras.config.backend()} already, not on {backend}.",
            "Start a new process to change its backend.",
        )
    os.environ["KERAS_BACKEND"] = backend


def _check_backend(backend: str) -> None:
    known = list(plugins.registered("tracers"))
    if backend not in known:
        raise TraceError(
            f"Models cannot be traced on the {backend} backend in this release.",
            f"Use {' or '.join(known)}: --backend on the command line, the environment variable "
            "KERAS_BACKEND in Python. A model written with Keras alone runs there unchanged.",
        )
