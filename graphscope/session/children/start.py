"""The program of every child: run as a file, it becomes what the parent asks for.

It imports nothing from the folder that the parent works in. The package that the parent runs is
loaded from this file's own place, whether it is installed or not. Standard input stays open as
long as the parent lives and wants an answer; when it closes, the child ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

_PACKAGE = "graphscope"


def main() -> None:
    """Read the request, and hand it with the channel for answers to the module it names."""
    channel = os.fdopen(os.dup(1), "wb")
    parent = os.fdopen(os.dup(0), "rb")
    # Both belong to the parent: what anything prints goes to standard error, and nothing is read.
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    request = json.loads(parent.readline())
    if request["path"] is not None:
        sys.path[:] = request["path"]
    _load_package()
    threading.Thread(target=_end_with_parent, args=(parent.fileno(),), daemon=True).start()
    with channel:
        import_module(request["module"]).main(request["task"], channel)


def _load_package() -> None:
    spec = PathFinder.find_spec(_PACKAGE, [str(Path(__file__).parents[3])])
    assert spec is not None, "this file lies in the package"
    assert spec.loader is not None, "it is a package with an __init__.py"
    package = module_from_spec(spec)
    sys.modules[_PACKAGE] = package
    spec.loader.exec_module(package)


def _end_with_parent(lifeline: int) -> None:
    os.read(lifeline, 1)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # with whatever this process started
    os._exit(1)


if __name__ == "__main__":
    main()
