"""What is run, and running it as `python SCRIPT` or `python -m MODULE` does."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
import types
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from graphscope.errors import TargetError


@dataclass(frozen=True, slots=True)
class Launch:
    """A program and its arguments.

    Attributes:
        file: the main file, absolute, with symbolic links followed.
        folder: what Python puts first on the search path for it.
        arguments: its command line, `sys.argv`.
        module: the dotted name, when it is run as a module.
        cwd: the working directory that it is started in.
    """

    file: str
    folder: str
    arguments: tuple[str, ...]
    module: str | None = None
    cwd: str = field(default_factory=os.getcwd)

    def moved(self, *, folder: str) -> Launch:
        """Return the same program in a copy of its folder."""
        file = str(Path(folder) / Path(self.file).relative_to(self.folder))
        arguments = (file, *self.arguments[1:])
        return replace(self, file=file, folder=folder, arguments=arguments)


def find_launch(target: str, arguments: Sequence[str] = (), *, is_module: bool = False) -> Launch:
    """Return what a command line names.

    Args:
        target: the path of a script, or the dotted name of a module.
        arguments: what follows on the command line.
        is_module: whether the target is a module.

    Raises:
        TargetError: when there is no such script or module.
    """
    if is_module:
        return _find_module(target, arguments)
    path = Path(target)
    if path.is_dir():
        path = path / "__main__.py"
    if not path.is_file():
        raise TargetError(f"There is no file {target!r}.", "Give the path of a Python script.")
    file = path.resolve()
    return Launch(str(file), str(file.parent), (target, *arguments))


def _find_module(name: str, arguments: Sequence[str]) -> Launch:
    folder = str(Path.cwd())
    before = list(sys.path)
    sys.path.insert(0, folder)
    try:
        spec = _spec_of(name)
    finally:
        sys.path[:] = before
    if spec is None or not spec.origin or not Path(spec.origin).is_file():
        raise TargetError(
            f"There is no module {name!r}.",
            "Give its dotted name, from the folder above the outermost package.",
        )
    file = Path(spec.origin).resolve()
    root = folder if file.is_relative_to(folder) else str(file.parents[spec.name.count(".")])
    return Launch(str(file), root, (str(file), *arguments), spec.name)


def _spec_of(name: str) -> importlib.machinery.ModuleSpec | None:
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            return importlib.util.find_spec(f"{name}.__main__")
    except ModuleNotFoundError:
        return None
    return spec


def make_main(launch: Launch) -> types.ModuleType:
    """Put a fresh `__main__` module, the arguments and the search path in place.

    They stay as they are: this process is the program's from now on.
    """
    main = types.ModuleType("__main__")
    loader = importlib.machinery.SourceFileLoader("__main__", launch.file)
    main.__dict__.update(
        __file__=launch.file if launch.module else os.path.abspath(launch.arguments[0]),  # noqa: PTH100 - links stay, as Python has it
        __builtins__=__builtins__,
        __loader__=loader,
        __cached__=None,
        __annotations__={},
    )
    if launch.module:
        spec = importlib.machinery.ModuleSpec(launch.module, loader, origin=launch.file)
        main.__spec__ = spec
        main.__package__ = launch.module.rpartition(".")[0]
    sys.modules["__main__"] = main
    sys.argv[:] = launch.arguments
    if not sys.flags.safe_path and sys.path:
        sys.path[0] = launch.folder
    else:
        sys.path.insert(0, launch.folder)
    return main


def execute(launch: Launch, main: types.ModuleType) -> None:
    """Run the program in a module that `make_main` made; whatever it raises passes.

    The code is compiled under the resolved path, so that its frames and those of its neighbours
    name one folder.
    """
    code = compile(Path(launch.file).read_bytes(), launch.file, "exec", dont_inherit=True)
    exec(code, main.__dict__)
