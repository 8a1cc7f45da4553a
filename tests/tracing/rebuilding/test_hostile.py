"""Configs that only look like those of a library: nothing in them runs, and no file is opened."""

from __future__ import annotations

import ast
import base64
import marshal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import graphscope.app
from graphscope.graph import Graph
from graphscope.session.open import OpenOptions, read_file
from graphscope.session.rebuilding import complete, request
from graphscope.session.targets import FileTarget
from tests.tracing.rebuilding.models import bert, rewrite, save


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a BERT that nothing is wrong with."""
    return save(bert(), tmp_path_factory.mktemp("clean") / "bert.keras").read_bytes()


@pytest.fixture
def hostile(clean: bytes, tmp_path: Path) -> Any:
    """Give a file whose config has other settings."""

    def make(**settings: Any) -> Path:
        path = tmp_path / "bert.keras"
        path.write_bytes(clean)
        return rewrite(path, lambda config: config["config"].update(settings))

    return make


def read(path: Path) -> Graph:
    return read_file(FileTarget(path), OpenOptions())


def _writer(marker: Path) -> dict[str, Any]:
    """Return a Python function in a config that writes a file when it is called."""
    source = f"def write(x): open({str(marker)!r}, 'w').close(); return x"
    code = next(each for each in compile(source, "x", "exec").co_consts if hasattr(each, "co_code"))
    text = base64.b64encode(marshal.dumps(code)).decode()
    return {
        "class_name": "__lambda__",
        "config": {"value": text, "defaults": None, "closure": None},
    }


def _lambda_layer(marker: Path) -> dict[str, Any]:
    return {
        "class_name": "Lambda",
        "module": "keras.layers",
        "config": {"name": "evil", "function": _writer(marker)},
        "registered_name": None,
    }


def _function(module: str, name: str) -> dict[str, Any]:
    return {"class_name": "function", "module": module, "config": name, "registered_name": name}


def _settings(kind: str, folder: Path) -> dict[str, Any]:
    marker, secret = folder / "marker", folder / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    return {
        "bytecode": {"dropout": _writer(marker)},
        "lambda layer": {"dropout": _lambda_layer(marker)},
        "foreign class": {
            "dtype": {"class_name": "Popen", "module": "subprocess", "config": {"args": "true"}}
        },
        "foreign module": {"dtype": {"class_name": "Layer", "module": "evil_layers", "config": {}}},
        "system": {"dropout": _function("os", "system")},
        "download": {"dropout": _function("keras.utils", "get_file")},
        "registered function": {"dropout": _function("builtins", "keras_hub>upload_preset")},
        "vocabulary": {"vocabulary": str(secret)},
        "relative vocabulary": {"vocabulary": "secret.txt"},
        "url": {"name": "https://example.com/model"},
        "preprocessing layer": {
            "dtype": {
                "class_name": "StringLookup",
                "module": "keras.layers",
                "config": {"vocabulary": "secret.txt"},
            }
        },
    }[kind]


KINDS = (
    *("bytecode", "lambda layer", "foreign class", "foreign module", "system", "download"),
    *("registered function", "vocabulary", "relative vocabulary", "url", "preprocessing layer"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_refused_before_a_library_is_imported(
    kind: str, hostile: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    monkeypatch.setattr(complete, "rebuild", lambda *given, **_named: started.append(given))
    (tmp_path / "evil_layers.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    found = read(hostile(**_settings(kind, tmp_path)))
    assert started == []
    assert found.notes[0].code == "not-rebuilt"
    assert len(found.notes[0].message) < 500
    assert not (tmp_path / "marker").exists()
    assert len(found.weights) == len(bert().weights), "the file itself is shown all the same"


def _register(name: str) -> dict[str, Any]:
    return {
        "class_name": name,
        "module": "keras_hub.src.models.bert.bert_backbone",
        "config": {},
        "registered_name": f"keras_hub>{name}",
    }


@pytest.mark.parametrize("name", ["Perplexity", "TopKSampler", "Nothing"])
def test_a_class_of_the_library_that_is_no_layer(name: str, hostile: Any) -> None:
    message = read(hostile(dropout=_register(name))).notes[0].message
    assert "is no layer" in message or "is not in the version that is installed" in message


def test_a_model_without_end_is_given_up(hostile: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "SECONDS", 20.0)
    found = read(hostile(num_layers=10**9))
    assert "it took more than 20 seconds" in found.notes[0].message


def test_a_model_without_bounds_is_given_up(hostile: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "MEMORY", 64 << 20)
    found = read(hostile())
    assert found.notes[0].code == "not-rebuilt"
    assert found.layers


LOCKED = """
import os, socket, subprocess, sys, urllib.request
import keras
from graphscope.session.rebuilding import child
from graphscope.session.reading.lock import RefusedError
from tests.tracing.rebuilding.locked import NoParent
secret, marker = sys.argv[1:]
child._import({"class_name": "Dense", "module": "keras.layers", "config": {}}, ["keras_hub"])
lock = child._close_up(NoParent())
attempts = {
    "read": lambda: open(secret).read(),
    "write": lambda: open(marker, "w"),
    "library": lambda: open(os.path.join(os.path.dirname(keras.__file__), "marker"), "w"),
    "run": lambda: subprocess.run(["true"]),
    "system": lambda: os.system("true"),
    "fork": lambda: os.fork(),
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "download": lambda: keras.utils.get_file(origin="http://127.0.0.1:9/x"),
    "remove": lambda: os.remove(secret),
    "rename": lambda: os.rename(secret, marker),
    "make": lambda: os.mkdir(marker),
    "list": lambda: os.listdir(os.path.dirname(secret)),
    "load": lambda: keras.saving.load_model(secret),
}
for name, attempt in attempts.items():
    try:
        attempt()
    except RefusedError:
        continue
    except BaseException as error:
        if lock.refused:
            lock.refused.clear()
            continue
        print(name, repr(error), flush=True)
    print(name, flush=True)
os._exit(0)
"""


def test_what_the_lock_refuses_once_the_libraries_are_there(tmp_path: Path) -> None:
    secret, marker = tmp_path / "secret.keras", tmp_path / "marker"
    secret.write_text("secret", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LOCKED, str(secret), str(marker)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr[-2_000:]
    assert secret.read_text(encoding="utf-8") == "secret"
    assert not marker.exists()


def test_no_way_leads_from_the_page_to_trust() -> None:
    folder = Path(graphscope.app.__path__[0])
    for file in sorted(folder.rglob("*.py")):
        words = {
            name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            for name in (getattr(node, "arg", None), getattr(node, "module", None))
            if isinstance(name, str)
        }
        assert not words & {"trust", "imports", "graphscope.session.trust"}, file
