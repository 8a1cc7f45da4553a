"""The distribution: what a wheel holds, and that what is registered and documented exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

import pytest

import graphscope

REPOSITORY = Path(__file__).parents[2]
GROUPS = ("readers", "tracers", "exporters", "views")
DOCUMENTS = ("README.md", "LIMITATIONS.md", "CHANGELOG.md", *(
    f"docs/{name}.md" for name in ("architecture", "cli", "graph-json", "plugins")
))  # fmt: skip
LONGEST_MODULE = 320


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the working tree, built without network."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def read_project() -> dict[str, object]:
    project: dict[str, object] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    return project


def test_wheel_holds_page_samples_and_fonts(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("assets", "_assets"), ("sample_models", "_sample_models")):
        for file in (REPOSITORY / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert (
                    f"graphscope/{inside}/{file.relative_to(REPOSITORY / folder).as_posix()}"
                    in held
                )
    assert {"graphscope/py.typed", "graphscope/exporters/fonts/inter-latin-400-normal.ttf"} <= held
    assert not [name for name in held if "__pycache__" in name or name.startswith("tests")]


def test_wheel_runs_from_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    program = (
        "import graphscope; from graphscope.resources import assets_dir, sample_models_dir;"
        "print(graphscope.__file__, assets_dir(), sample_models_dir());"
        "from graphscope.cli import main; main()"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, "samples"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    first, *samples = answer.splitlines()
    assert all(part.startswith(str(tmp_path / "site")) for part in first.split())
    assert [line for line in samples if line.startswith("sample:mnist_cnn")]


def test_wheel_declares_the_license_and_versions(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        name = next(each for each in archive.namelist() if each.endswith("/METADATA"))
        metadata = archive.read(name).decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert f"Version: {graphscope.__version__}" in metadata
    for extra in ("tensorflow", "jax", "torch", "notebook", "test"):
        assert f"Provides-Extra: {extra}" in metadata


def registered() -> list[EntryPoint]:
    project = read_project()["project"]
    assert isinstance(project, dict)
    return [
        EntryPoint(name, value, f"graphscope.{group}")
        for group in GROUPS
        for name, value in project["entry-points"][f"graphscope.{group}"].items()
    ]


def test_installed_plugins_are_those_of_the_project() -> None:
    for group in GROUPS:
        installed = {(p.name, p.value) for p in entry_points(group=f"graphscope.{group}")}
        ours = {(p.name, p.value) for p in registered() if p.group == f"graphscope.{group}"}
        assert ours <= installed, "run: pip install --editable . (pyproject.toml has changed)"


@pytest.mark.parametrize("point", registered(), ids=lambda point: f"{point.group}:{point.name}")
def test_plugins_exist_and_are_documented(point: EntryPoint) -> None:
    if point.group != "graphscope.tracers":  # a tracer imports its backend
        assert callable(point.load())
    assert find_spec(point.module) is not None
    documented = (REPOSITORY / "docs" / "plugins.md").read_text()
    assert f"`{point.group}`" in documented
    assert re.search(rf"`\.?{point.name}`", documented)


def test_changelog_tells_of_this_version() -> None:
    assert f"## [{graphscope.__version__}]" in (REPOSITORY / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    path = REPOSITORY / document
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_commands_in_the_documents_exist() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    readme = (REPOSITORY / "README.md").read_text()
    for target in re.findall(r"(?:`|^# +)make ([a-z]+)", readme + makefile, re.MULTILINE):
        assert re.search(rf"^{target}:|^\.PHONY:.*\b{target}\b", makefile, re.MULTILINE), target


def test_modules_stay_small() -> None:
    long = [
        f"{path.relative_to(REPOSITORY)}: {lines}"
        for path in (REPOSITORY / "graphscope").rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    ]
    assert long == []
