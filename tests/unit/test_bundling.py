"""Joining our ES modules into one script."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from graphscope.bundling import bundle
from graphscope.errors import GraphscopeError
from graphscope.resources import assets_dir


def write(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.mjs").write_text(text, encoding="utf-8")
    return folder


def test_dependencies_come_first_and_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        main="import { a } from './a.mjs';\nimport {\n  b,\n} from './b.mjs';\na(b);\n",
        a="import { b } from './b.mjs';\nexport function a() { return b; }\n",
        b="export const b = 1;\n",
    )
    assert bundle(tmp_path / "main.mjs", tmp_path) == (
        "// b.mjs\nconst b = 1;\n\n// a.mjs\nfunction a() { return b; }\n\n// main.mjs\na(b);\n"
    )


def test_modules_that_import_each_other_end(tmp_path: Path) -> None:
    write(tmp_path, a="import { b } from './b.mjs';\n", b="import { a } from './a.mjs';\n")
    assert bundle(tmp_path / "a.mjs", tmp_path) == "// b.mjs\n\n// a.mjs\n"


def test_missing_module_is_named(tmp_path: Path) -> None:
    write(tmp_path, main="import { a } from './gone.mjs';\n")
    with pytest.raises(GraphscopeError, match=r"module 'gone\.mjs' is missing"):
        bundle(tmp_path / "main.mjs", tmp_path)


@pytest.mark.parametrize("entry", ["page/main.mjs", "page/worker.mjs", "core/headless.mjs"])
def test_our_modules_keep_the_rules(entry: str) -> None:
    script = bundle(assets_dir() / entry, assets_dir())
    assert not re.findall(r"^(?:import|export)\b.*", script, re.MULTILINE)
    declared = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", script, re.MULTILINE)
    assert [name for name, count in Counter(declared).items() if count > 1] == []
