"""Joining our ES modules into one script."""

from __future__ import annotations

import re
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
    script = bundle(tmp_path / "main.mjs", tmp_path)
    assert [line for line in script.splitlines() if line.startswith("// ")] == [
        "// b.mjs",
        "// a.mjs",
        "// main.mjs",
    ]


def test_a_module_is_a_function_that_returns_its_exports(tmp_path: Path) -> None:
    write(
        tmp_path,
        main="import { b as c } from './b.mjs';\nexport const d = c;\n",
        b="export const b = 1;\n",
    )
    assert bundle(tmp_path / "main.mjs", tmp_path).split("\n") == [
        "// b.mjs",
        "const module_0 = (() => {",
        "const b = 1;",
        "",
        "return { b };",
        "})();",
        "// main.mjs",
        "const module_1 = (() => {",
        "const { b: c } = module_0;",
        "const d = c;",
        "",
        "return { d };",
        "})();",
        "const { d } = module_1;",
        "",
    ]


def test_missing_module_is_named(tmp_path: Path) -> None:
    write(tmp_path, main="import { a } from './gone.mjs';\n")
    with pytest.raises(GraphscopeError, match=r"module 'gone\.mjs' is missing"):
        bundle(tmp_path / "main.mjs", tmp_path)


@pytest.mark.parametrize("entry", ["page/main.mjs", "page/worker.mjs", "core/headless.mjs"])
def test_our_modules_keep_the_rules(entry: str) -> None:
    script = bundle(assets_dir() / entry, assets_dir())
    assert not re.findall(r"^(?:import|export)\b.*", script, re.MULTILINE)
    # A circle of imports would use a module before it ran.
    number = -1
    for line in script.splitlines():
        if made := re.match(r"const module_(\d+) = ", line):
            number = int(made[1])
        elif used := re.match(r"const \{.*\} = module_(\d+);", line):
            assert int(used[1]) <= number
