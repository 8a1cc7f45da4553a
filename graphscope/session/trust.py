"""Files whose code the user allows to run: Keras loads them in a child process.

Only a command that asks for it leads here. What the page opens, and what is sent to it, is read.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from graphscope.errors import GraphscopeError, TargetError
from graphscope.graph.code import Code, code_of
from graphscope.readers.text import quote, shorten
from graphscope.session.files import find_reader
from graphscope.session.models import LoadedModel, is_model
from graphscope.session.reading.apart import read_apart
from graphscope.session.targets import FileTarget, ObjectTarget
from graphscope.session.user_code import check_module, import_module, user_environment
from graphscope.tracers.messages import describe_error

LOADED = ("keras", "h5", "hdf5", "json")
"""Names of the readers of files that Keras loads as models."""


@dataclass(frozen=True, slots=True)
class Trust:
    """The user's word that the code in a file may run, with the rights of the user.

    `imports` are files or names of modules that define the classes and functions of the file.
    """

    imports: tuple[str, ...] = ()


def check_trusted(target: FileTarget, trust: Trust) -> str:
    """Check that Keras can load a file, and that there are the modules to import for it.

    Returns the name of the file's reader.

    Raises:
        TargetError: when the file or a module is missing, or the file is none that Keras loads.
    """
    reader = find_reader(target.path)
    if reader not in LOADED:
        raise TargetError(
            f"{quote(str(target), 200)} is no file that Keras loads, so there is nothing to trust.",
            "Leave --trust out: the file is read, and nothing in it runs.",
        )
    for module in _modules(trust):
        check_module(module)
    return reader


def find_code(target: FileTarget, trust: Trust) -> tuple[Code, ...]:
    """Return the code that is seen in a file, to tell the user before it runs.

    A hostile file may hide some of it.

    Raises:
        TargetError: as `check_trusted` does.
    """
    reader = check_trusted(target, trust)
    try:
        return code_of(read_apart(target.path, reader))
    except GraphscopeError:
        return ()  # Keras may load what graphscope cannot read.


@contextmanager
def trusted_model(target: FileTarget, trust: Trust) -> Iterator[Callable[[], LoadedModel]]:
    """Give what loads the model in a file, while its modules find their neighbours.

    Raises:
        TargetError: when a module cannot be imported, or Keras cannot load the file.
    """
    modules = _modules(trust)
    with ExitStack() as stack:
        for module in modules:
            stack.enter_context(user_environment(module))
        yield lambda: _load(target, modules)


def _modules(trust: Trust) -> list[ObjectTarget]:
    return [
        ObjectTarget(Path(name) if name.endswith(".py") else name, "") for name in trust.imports
    ]


def _load(target: FileTarget, modules: list[ObjectTarget]) -> LoadedModel:
    defined: dict[str, Any] = {}
    for module in modules:
        defined |= _definitions(import_module(module))
    try:
        model = _load_with_keras(target.path, defined)
    except GraphscopeError:
        raise
    except Exception as error:
        raise TargetError(
            f"Keras could not load {quote(str(target), 200)}: {_reason(error)}.",
            "Name the module that defines its classes: --import my_layers.py."
            if not modules
            else "",
        ) from error
    if not is_model(model):
        raise TargetError(f"{quote(str(target), 200)} holds a {type(model).__name__}, no model.")
    return LoadedModel(model)


def _reason(error: Exception) -> str:
    """Return what went wrong; Keras puts it behind the config of the whole model."""
    _, found, cause = str(error).rpartition("Exception encountered: ")
    return (
        shorten(" ".join(cause.split()).removesuffix("."), 400) if found else describe_error(error)
    )


def _load_with_keras(path: Path, defined: dict[str, Any]) -> Any:
    import keras

    if path.suffix.lower() == ".json":
        keras.config.enable_unsafe_deserialization()
        return keras.models.model_from_json(path.read_text("utf-8"), custom_objects=defined)
    load = functools.partial(keras.saving.load_model, path, custom_objects=defined, safe_mode=False)
    try:
        return load()
    except Exception:  # noqa: BLE001 - what is wrong with the model itself comes up again
        # A loss that is missing, or that this version of Keras does not find, hides no layer.
        return load(compile=False)


def _definitions(module: ModuleType) -> dict[str, Any]:
    """Return the classes and functions that a module defines itself, by name."""
    return {
        name: value
        for name, value in vars(module).items()
        if (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__ == module.__name__
    }
