"""Readers that do what no reader may, to show that it is refused. Run in a child process only."""

from __future__ import annotations

import ctypes
import faulthandler
import marshal
import os
import pickle
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from graphscope.errors import ReadError, TraceError
from graphscope.graph import Graph, GraphBuilder, NodeKind, TensorSpec

IMPORTS = ("wave",)
RARE_IMPORTS = ("colorsys",)


def _graph() -> Graph:
    builder = GraphBuilder("read all the same")
    builder.add_node("x", "Input", NodeKind.INPUT, outputs=[TensorSpec((4,), "float32")])
    return builder.build()


class _Payload:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


def behave(_path: Path) -> Graph:
    return _graph()


def read_beside(path: Path) -> Graph:
    (path.parent / "beside").read_bytes()
    return _graph()


def read_below(path: Path) -> Graph:
    assert [each.name for each in path.iterdir()] == ["below"]
    (path / "below").read_bytes()
    return _graph()


# Looked up while it was still allowed.
_LIBC = ctypes.CDLL(None)
_OPEN, _CONNECT = _LIBC.open, _LIBC.connect
_SOCKET = socket.socket().detach()


def read_natively(path: Path) -> Graph:
    """Open a file as a library in C does, which no audit hook sees."""
    descriptor = _OPEN(os.fsencode(path.parent / "beside"), os.O_RDONLY)
    builder = GraphBuilder("native")
    builder.add_note("opened" if descriptor >= 0 else "refused", "")
    return builder.build()


def connect_natively(path: Path) -> Graph:
    """Connect to the port that the file names as a library in C does."""
    port = int(path.read_text()).to_bytes(2, "big")
    address = (2).to_bytes(2, sys.byteorder) + port + bytes([127, 0, 0, 1]) + bytes(8)
    builder = GraphBuilder("native")
    done = _CONNECT(_SOCKET, address, len(address)) == 0
    builder.add_note("connected" if done else "refused", "")
    return builder.build()


def write(path: Path) -> Graph:
    (path.parent / "marker").write_text("written")
    return _graph()


def append(path: Path) -> Graph:
    with path.open("ab") as file:
        file.write(b"more")
    return _graph()


def remove(path: Path) -> Graph:
    path.unlink()
    return _graph()


def rename(path: Path) -> Graph:
    path.rename(path.with_name("marker"))
    return _graph()


def make_folder(path: Path) -> Graph:
    (path.parent / "marker").mkdir()
    return _graph()


def list_folder(path: Path) -> Graph:
    list(path.parent.iterdir())
    return _graph()


def link(path: Path) -> Graph:
    (path.parent / "marker").symlink_to("/etc/passwd")
    return _graph()


def run_program(path: Path) -> Graph:
    subprocess.run(["touch", str(path.parent / "marker")], check=True)
    return _graph()


def run_shell(path: Path) -> Graph:
    os.system(f"touch '{path.parent / 'marker'}'")
    return _graph()


def fork(path: Path) -> Graph:
    if os.fork() == 0:
        os._exit(0)
    return _graph()


def evaluate(_path: Path) -> Graph:
    eval("1 + 1")
    return _graph()


_CODE = compile("1 + 1", "stored", "eval")
_MARSHALLED = marshal.dumps(_CODE)


def execute(_path: Path) -> Graph:
    exec(_CODE)
    return _graph()


def load_code(_path: Path) -> Graph:
    marshal.loads(_MARSHALLED)
    return _graph()


def load_pickle(path: Path) -> Graph:
    pickle.loads(pickle.dumps(_Payload(path.parent / "marker")))
    return _graph()


def connect(_path: Path) -> Graph:
    with socket.socket(fileno=_SOCKET) as connection:
        connection.connect(("127.0.0.1", 9))
    return _graph()


def import_more(_path: Path) -> Graph:
    import antigravity  # noqa: F401

    return _graph()


def import_by_name(_path: Path) -> Graph:
    import_module("antigravity")
    return _graph()


def import_built_in(_path: Path) -> Graph:
    """Import what lies in no file."""
    import_module("_xxsubinterpreters")
    return _graph()


def import_listed(_path: Path) -> Graph:
    import_module("wave")
    return _graph()


def import_rarely(_path: Path) -> Graph:
    import_module("colorsys")
    return _graph()


def import_as_one_may(_path: Path) -> Graph:
    """Go on without a module, as programs do with what need not be installed."""
    with suppress(ImportError):
        import_module("antigravity")
    return _graph()


def keep_quiet(path: Path) -> Graph:
    with suppress(BaseException):
        (path.parent / "marker").write_text("written")
    return _graph()


def call_natively(_path: Path) -> Graph:
    ctypes.CDLL(None).getpid()
    return _graph()


def replace_code(_path: Path) -> Graph:
    behave.__code__ = read_beside.__code__
    return _graph()


def copy(path: Path) -> Graph:
    shutil.copy(path, path.parent / "marker")
    return _graph()


def crash(_path: Path) -> Graph:
    faulthandler._sigsegv()
    return _graph()


def hang(_path: Path) -> Graph:
    threading.Event().wait()
    return _graph()


def hang_aloud(_path: Path) -> Graph:
    sys.stderr.write(f"{os.getpid()}\n")
    sys.stderr.flush()
    return hang(_path)


def compute(_path: Path) -> Graph:
    while True:
        pass


def grow(_path: Path) -> Graph:
    kept = []
    while True:
        kept.append(bytearray(16 << 20))


def ask_for_much(_path: Path) -> Graph:
    bytearray(1 << 40)
    return _graph()


def leave(_path: Path) -> Graph:
    os._exit(3)


def leave_politely(_path: Path) -> Graph:
    sys.exit(3)


def complain(_path: Path) -> Graph:
    print("words")  # noqa: T201
    sys.stderr.write("last words\n")
    sys.stderr.flush()
    os._exit(3)


def babble(_path: Path) -> Graph:
    """Write to everything that is open, as one who took the process over would."""
    for descriptor in range(3, 32):
        try:
            os.write(descriptor, b"babble\n")
        except OSError:
            continue
    time.sleep(0)
    return _graph()


def fail(_path: Path) -> Graph:
    raise LookupError("a table")


def find_nothing(path: Path) -> Graph:
    path.with_name(path.name).open("rb").close()
    raise FileNotFoundError(2, "No such file or directory")


def refuse(_path: Path) -> Graph:
    error = ReadError("It is broken.", "Mend it.")
    error.graph = _graph()
    raise error


def refuse_otherwise(_path: Path) -> Graph:
    raise TraceError("It \ud800 cannot be called.", "Call it.")


def warn(_path: Path) -> Graph:
    import warnings

    warnings.warn("it is old", stacklevel=1)
    return _graph()


def recurse(_path: Path) -> Graph:
    return recurse(_path)


def tell(path: Path) -> object:
    return {"size": path.stat().st_size}


def weight_parts(path: Path, weight: str, limit: int) -> Any:
    import numpy as np

    if weight == "broken":
        raise ReadError("It is broken.")
    if weight != "kernel":
        raise KeyError(weight)
    yield np.arange(4.0)
    yield np.arange(limit, dtype=float)
