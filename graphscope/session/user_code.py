"""Running the user's program: its modules, its functions, and what goes wrong in them."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from graphscope.errors import GraphscopeError, TargetError, TraceError
from graphscope.session.suggest import suggest, suggest_or_list
from graphscope.session.targets import ObjectTarget
from graphscope.session.user_errors import find_error_line
from graphscope.tracers.messages import describe_error

BACKENDS = ("tensorflow", "jax", "torch")
"""The backends of Keras that graphscope has an extra of the same name for."""


@contextmanager
def user_environment(target: ObjectTarget) -> Iterator[None]:
    """Make the program find its neighbours while it runs: modules beside it, and no arguments.

    `sys.path` and `sys.argv` are put back at the end, whatever happens.
    """
    path, argv = list(sys.path), list(sys.argv)
    try:
        sys.path.insert(0, str(program_folder(target)))
        # A module that reads its command line must not find graphscope's.
        sys.argv[:] = [str(target.module)]
        yield
    finally:
        sys.path[:], sys.argv[:] = path, argv


def program_folder(target: ObjectTarget) -> Path:
    """Return the folder of a module file; the working directory for an importable module."""
    return target.module.resolve().parent if isinstance(target.module, Path) else Path.cwd()


@contextmanager
def telling(target: ObjectTarget, doing: str) -> Iterator[None]:
    """Turn what the user's program raises into one sentence with its file and line.

    Args:
        target: the program.
        doing: when it happened: "while it was being imported".

    Raises:
        TargetError: for every exception but graphscope's own and Ctrl-C.
    """
    try:
        yield
    except GraphscopeError:
        raise
    except (SystemExit, Exception) as error:
        place = find_error_line(error, program_folder(target)) or target.module
        raise TargetError(_sentence(error, place, doing), _remedy(error)) from error


@contextmanager
def telling_of_call(target: ObjectTarget) -> Iterator[None]:
    """Turn what a model raises while it is called into one sentence, as `telling` does.

    An exception that did not come through the user's program is not its fault and passes.

    Raises:
        TraceError: for exceptions of the user's program but graphscope's own and Ctrl-C.
    """
    try:
        yield
    except GraphscopeError:
        raise
    except (SystemExit, Exception) as error:
        place = find_error_line(error, program_folder(target))
        if place is None:
            raise
        message = _sentence(error, place, "while the model was being called")
        raise TraceError(message, _remedy(error)) from error


def _sentence(error: BaseException, place: object, doing: str) -> str:
    verb = "ended the program by" if isinstance(error, SystemExit) else "raised"
    return f"{place} {verb} {describe_error(error, doing)}."


def _remedy(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return 'Put what a script runs under `if __name__ == "__main__":`.'
    if not isinstance(error, ImportError):
        return ""
    if "relative import" in str(error):
        return (
            "A module inside a package is named with dots, from the folder above the package: "
            "package.module:attribute."
        )
    missing = (error.name or "").partition(".")[0]
    if missing in BACKENDS:
        return f'Install it: pip install "keras-graphscope[{missing}]".'
    if missing and importlib.util.find_spec(missing) is None:
        return f"Install {missing} for the Python that runs graphscope: {sys.executable}."
    return ""


def check_module(target: ObjectTarget) -> None:
    """Check that the module is there, before anything slow is imported for it.

    Raises:
        TargetError: when the file, or the outermost package of the name, does not exist.
    """
    if isinstance(target.module, Path):
        _check_file(target.module)
    else:
        _check_found(target.module.partition(".")[0])


def import_module(target: ObjectTarget) -> ModuleType:
    """Import the module of a target; call it inside `user_environment`.

    Raises:
        TargetError: when there is no such module, or it raises or exits while being imported.
    """
    check_module(target)
    with telling(target, "while it was being imported"):
        if isinstance(target.module, Path):
            return _import_file(target.module)
        _check_path(target.module)
        return importlib.import_module(target.module)


def _check_file(path: Path) -> None:
    if path.is_file():
        return
    folder = path.parent
    files = [str(file) for file in folder.glob("*.py")] if folder.is_dir() else []
    raise TargetError(f"There is no file {str(path)!r}.", suggest(str(path), files))


def _import_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(_module_name(path), path.resolve())
    assert spec is not None and spec.loader is not None  # The suffix is .py.
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(spec.name)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        _put_back(spec.name, before)
        raise
    return module


def _module_name(path: Path) -> str:
    """Return the file's own name, unless a different module of that name is in use already."""
    loaded = sys.modules.get(path.stem)
    if loaded is None or getattr(loaded, "__file__", None) == str(path.resolve()):
        return path.stem
    return f"graphscope_target_{path.stem}"


def _put_back(name: str, before: ModuleType | None) -> None:
    if before is None:
        sys.modules.pop(name, None)
    else:
        sys.modules[name] = before


def _check_path(name: str) -> None:
    """Tell a module that is not there from one that fails to import something else."""
    parts = name.split(".")
    for length in range(1, len(parts)):
        package = ".".join(parts[:length])
        if not hasattr(importlib.import_module(package), "__path__"):
            raise TargetError(
                f"{package!r} is a module, not a package: it has no module {parts[length]!r}.",
                f"Write {package}:{'.'.join(parts[length:])}.",
            )
        _check_found(f"{package}.{parts[length]}")


def _check_found(module: str) -> None:
    try:
        found = importlib.util.find_spec(module)
    except ValueError:
        return  # A module that was made by hand, such as __main__, has no spec and is there.
    if found is None:
        raise TargetError(f"There is no module {module!r}.", _hint_for_module(module))


def _hint_for_module(module: str) -> str:
    import pkgutil

    parent, _, name = module.rpartition(".")
    if parent:
        folders = importlib.import_module(parent).__path__
        known = [found.name for found in pkgutil.iter_modules(folders)]
        return suggest_or_list(name, known, title=f"Modules in {parent}")
    here = [file.stem for file in Path.cwd().glob("*.py")]
    return suggest(module, ["sample", *here, *_installed()]) or (
        f"Install it for the Python that runs graphscope ({sys.executable}), or give the path "
        "of a module file."
    )


def _installed() -> list[str]:
    from importlib.metadata import packages_distributions

    return list(packages_distributions())
