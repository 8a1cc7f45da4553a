"""Checking a target without training it: a file, a model in Python code, or a script's source."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.reports import Report, Step
from graphscope.doctor.silencing import apply_silencing
from graphscope.doctor.source import Program, SourceFile
from graphscope.doctor.static import (
    CheckedModel,
    Compilation,
    check_model,
    check_source,
    read_compilation,
)
from graphscope.doctor.static.excerpt import steps_to
from graphscope.doctor.static.local_imports import local_files
from graphscope.errors import TargetError
from graphscope.session.attributes import find_attributes
from graphscope.session.files import find_reader
from graphscope.session.input_shapes import combine_inputs
from graphscope.session.models import load_model
from graphscope.session.open import (
    DEFAULTS,
    OpenOptions,
    _choose_backend,
    _recorded_creation,
    _refuse_trust,
    open_target,
    trace_model,
)
from graphscope.session.reading.apart import read_compile_config
from graphscope.session.targets import FileTarget, ObjectTarget, parse_target
from graphscope.session.user_code import (
    check_module,
    program_folder,
    telling_of_call,
    user_environment,
)

Tell = Callable[[str], None]


def check_target(
    text: str, options: OpenOptions = DEFAULTS, *, report: Tell = lambda _text: None
) -> Report:
    """Return what the static checks find in a target.

    Args:
        text: as `open_target` takes it; or a Python file, whose source is checked and never run.
        options: how to open a target in Python code.
        report: is told about the steps that take long.

    Raises:
        GraphscopeError: when there is nothing to open, or it is broken.
    """
    started = time.perf_counter()
    if text.endswith(".py") and Path(text).is_file():
        report("reading the source")
        found, folder = _check_script(Path(text))
        return _report(str(Path(text).resolve()), folder, found, started)
    target = parse_target(text)
    if isinstance(target, FileTarget):
        model, folder = _file_model(target, options, report), target.path.resolve().parent
    else:
        _refuse_trust(text, options)
        model, folder = _live_model(target, options, report), program_folder(target)
    found = check_model(model)
    steps = steps_to(model, found[0]) if found else ()
    return _report(text, folder, found, started, steps)


def _report(
    program: str,
    folder: Path,
    found: Iterable[Diagnosis],
    started: float,
    steps: tuple[Step, ...] = (),
) -> Report:
    kept, silenced, notes = apply_silencing(found, folder)
    return Report(
        program=program,
        folder=str(folder),
        diagnoses=tuple(kept),
        notes=tuple(notes),
        seconds=time.perf_counter() - started,
        sources=_sources(program, folder, kept),
        steps=steps,
        silenced=silenced,
    )


def _check_script(path: Path) -> tuple[list[Diagnosis], Path]:
    program = Program(path)
    main = program.file(program.main)
    if main is None:
        raise TargetError(f"{str(path)!r} is not valid Python.", _where_it_breaks(path))
    files = [main, *local_files(program, main)]
    return [found for file in files for found in check_source(file)], path.resolve().parent


def _where_it_breaks(path: Path) -> str:
    try:
        compile(path.read_bytes(), str(path), "exec")
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        return f"Line {line}: {getattr(error, 'msg', error)}." if line else f"{error}."
    except OSError as error:
        return f"{error.strerror or error}."
    return ""


def _sources(program: str, folder: Path, diagnoses: Iterable[Diagnosis]) -> dict[str, str]:
    reader = Program(folder / Path(program).name)
    files = {place.file for each in diagnoses for place in each.places}
    files |= {edit.file for each in diagnoses for fix in each.fixes for edit in fix.edits}
    read = {file: reader.file(file) for file in sorted(files)}
    return {name: file.text for name, file in read.items() if isinstance(file, SourceFile)}


def _file_model(target: FileTarget, options: OpenOptions, report: Tell) -> CheckedModel:
    graph = open_target(str(target), options, report=report)
    stored = read_compile_config(target.path, find_reader(target.path))
    return CheckedModel(graph, read_compilation(stored))


def _live_model(target: ObjectTarget, options: OpenOptions, report: Tell) -> CheckedModel:
    given = combine_inputs(options.inputs)
    if options.backend is not None:
        _choose_backend(options.backend)
    with user_environment(target):
        check_module(target)
        report("importing keras")
        with _recorded_creation():
            report("building the model")
            loaded = load_model(target)
        report("tracing the model")
        with telling_of_call(target):
            inputs = loaded.inputs if given is None else given
            graph = trace_model(loaded.model, inputs, ops=False)
    model = loaded.model
    return CheckedModel(
        graph,
        live_compilation(model),
        trains_itself=trains_itself(model),
        attributes=find_attributes(model),
    )


def live_compilation(model: Any) -> Compilation | None:
    """Return what a live model was compiled with; None when it was not."""
    if not getattr(model, "compiled", False):
        return None
    return read_compilation(model.get_compile_config())


def trains_itself(model: Any) -> bool:
    """Whether a model has a training step or losses of its own: layers may work unseen there."""
    layers = model._flatten_layers() if hasattr(model, "_flatten_layers") else [model]
    return any(_trains_itself(type(layer)) for layer in layers)


_STEPS = ("train_step", "compute_loss", "fit")


def _trains_itself(cls: type) -> bool:
    own = [each for each in cls.__mro__ if not each.__module__.startswith("keras.")]
    functions = [
        value for each in own for value in vars(each).values() if inspect.isfunction(value)
    ]
    return any(name in vars(each) for each in own for name in _STEPS) or any(
        "add_loss" in function.__code__.co_names for function in functions
    )
