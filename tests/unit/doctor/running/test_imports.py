"""What a program imports, found in its text."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest

from graphscope.doctor.running import Imports, find_imports, preload, when_imported


def imports(folder: Path, main: str, **modules: str) -> Imports:
    for name, text in {"main": main, **modules}.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return find_imports(str(folder / "main.py"), str(folder))


def test_frameworks_are_found_in_the_programs_own_modules_too(tmp_path: Path) -> None:
    found = imports(
        tmp_path,
        "import argparse, net\nfrom data.read import load\ndef main():\n    import pandas as pd\n",
        net="from keras import layers\n",
        data__read="from sklearn.datasets import load_digits\nfrom . import arrays\n",
        data__arrays="import numpy as np\n",
    )
    assert set(found.modules) == {"pandas", "keras", "sklearn.datasets", "numpy"}
    assert found.is_settled


def test_a_module_of_the_program_hides_a_framework_of_its_name(tmp_path: Path) -> None:
    assert imports(tmp_path, "import torch\n", torch="x = 1\n").modules == []


@pytest.mark.parametrize(
    ("main", "modules"),
    [
        ("import tensorflow as tf\ntf.keras.Model\n", ["tensorflow", "keras"]),
        ("from tensorflow.keras import layers\n", ["tensorflow", "keras"]),
        ("import tensorflow as tf\ntf.matmul\n", ["tensorflow"]),
        ("import keras.layers\n", ["keras"]),
        ("x = (\n", []),
    ],
)
def test_what_is_imported_for_a_name(tmp_path: Path, main: str, modules: list[str]) -> None:
    assert imports(tmp_path, main).modules == modules


def test_settings_before_the_imports_are_taken_over(tmp_path: Path) -> None:
    found = imports(
        tmp_path,
        """
        import os
        os.environ["KERAS_BACKEND"] = "jax"
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        import keras
        os.environ["AFTER"] = str(1)
        """,
    )
    assert found.environment == {"KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "3"}
    assert found.forced == {"KERAS_BACKEND"}
    assert found.is_settled


@pytest.mark.parametrize(
    "setting",
    [
        "os.environ['CUDA_VISIBLE_DEVICES'] = str(len(os.sys.argv))",
        "if len(os.sys.argv) > 1:\n    os.environ['KERAS_BACKEND'] = 'torch'",
        "os.environ.update(KERAS_BACKEND='jax')",
        "os.environ.pop('KERAS_BACKEND', None)",
        "del os.environ['KERAS_BACKEND']",
    ],
)
def test_settings_that_are_computed_forbid_to_import_first(tmp_path: Path, setting: str) -> None:
    found = imports(tmp_path, f"import os\n{setting}\nimport keras\n")
    assert not found.is_settled
    assert preload(found) == []


def test_reading_the_environment_forbids_nothing(tmp_path: Path) -> None:
    found = imports(tmp_path, "import os\nhome = os.environ.get('HOME')\nimport keras\n")
    assert found.is_settled


def test_preloading_sets_what_the_program_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GS_A", "old")
    monkeypatch.setenv("GS_B", "old")
    found = Imports(["json", "no_such_framework"], {"GS_A": "new", "GS_B": "new"}, {"GS_A"})
    assert preload(found) == ["json"]
    assert (os.environ["GS_A"], os.environ["GS_B"]) == ("new", "old")


def test_an_arrival_is_told_once_and_after_the_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gs_arriving.py").write_text("import gs_other\nREADY = True\n")
    (tmp_path / "gs_other.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    told: list[bool] = []
    before = list(sys.meta_path)
    with when_imported("gs_arriving", lambda: told.append(sys.modules["gs_arriving"].READY)):
        __import__("gs_other")
        assert told == []
        __import__("gs_arriving")
        __import__("gs_arriving")
    assert told == [True]
    assert sys.meta_path == before
    with when_imported("gs_arriving", lambda: told.append(False)):
        assert told == [True, False]


def test_what_never_arrives_leaves_no_trace() -> None:
    before = list(sys.meta_path)
    with pytest.raises(KeyError), when_imported("gs_never", lambda: None):
        raise KeyError
    assert sys.meta_path == before
