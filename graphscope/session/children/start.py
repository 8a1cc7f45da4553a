"""The program of every child: run as a file, it becomes what the parent asks for.

It imports nothing from the folder that the parent works in. The package that the parent runs is
loaded from this file's own place, whether it is installed or not.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

_PACKAGE = "graphscope"


def main() -> None:
    """Read the request, and hand it to the module it names."""
    channel, lifeline = os.fdopen(os.dup(1), "wb"), os.dup(0)
    # Both belong to the parent: what anything prints goes to standard error, and nothing is read.
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    request = json.loads(_read_line(lifeline))
    if request["path"] is not None:
        sys.path[:] = request["path"]
    _load_package()
    parent = import_module(f"{_PACKAGE}.session.children.parent").Parent(channel, lifeline)
    import_module(request["module"]).main(request["task"], parent)


def _read_line(descriptor: int) -> bytes:
    data = b""
    while not data.endswith(b"\n"):
        part = os.read(descriptor, 1 << 16)
        if not part:
            sys.exit(1)  # The parent is gone already.
        data += part
    return data


def _load_package() -> None:
    spec = PathFinder.find_spec(_PACKAGE, [str(Path(__file__).parents[3])])
    assert spec is not None, "this file lies in the package"
    assert spec.loader is not None, "it is a package with an __init__.py"
    package = module_from_spec(spec)
    sys.modules[_PACKAGE] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    main()
