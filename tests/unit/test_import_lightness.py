"""Importing graphscope stays light: proven in fresh interpreters."""

from __future__ import annotations

import subprocess
import sys

import pytest

FRAMEWORKS = {"keras", "tensorflow", "jax", "torch"}
PAGE = {"dash", "plotly", "flask", "waitress"}


def modules_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after a statement."""
    return {name.partition(".")[0] for name in all_modules_after(statement)}


def all_modules_after(statement: str) -> set[str]:
    """Return the modules at any depth that a fresh interpreter has loaded after a statement."""
    command = [sys.executable, "-I", "-c", f"{statement}\nimport sys\nprint(*sys.modules)"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(result.stdout.split())


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import graphscope", FRAMEWORKS | PAGE | {"networkx", "h5py", "numpy", "click", "rich"}),
        ("import graphscope.graph", FRAMEWORKS | PAGE | {"networkx", "h5py"}),
        ("import graphscope.analysis", FRAMEWORKS | PAGE | {"h5py"}),
        ("import graphscope.readers", FRAMEWORKS | PAGE | {"networkx"}),
        ("import graphscope.readers.keras.archive_file", FRAMEWORKS | PAGE | {"networkx"}),
        ("import graphscope.exporters", FRAMEWORKS | PAGE),
        ("import graphscope.exporters.pdf", FRAMEWORKS | PAGE | {"reportlab"}),
        ("import graphscope.tracers", FRAMEWORKS | PAGE | {"networkx"}),
        ("import graphscope.session", FRAMEWORKS | PAGE | {"networkx"}),
        ("import graphscope.cli", FRAMEWORKS | PAGE | {"networkx", "h5py", "numpy", "rich"}),
        ("import graphscope.cli.show, graphscope.cli.export", FRAMEWORKS | PAGE | {"networkx"}),
        ("import graphscope.cli.info, graphscope.cli.samples", FRAMEWORKS | PAGE),
        ("import graphscope.cli.diff, graphscope.cli.diff_page", FRAMEWORKS | PAGE | {"networkx"}),
        ("import graphscope.cli.watch, graphscope.watching", FRAMEWORKS | PAGE | {"sqlalchemy"}),
        ("import graphscope.app.live.page, graphscope.app.live.imported", FRAMEWORKS | PAGE),
        ("import graphscope.app", FRAMEWORKS | PAGE),
        ("import graphscope.showing", FRAMEWORKS | PAGE),
    ],
)
def test_imports_stay_light(statement: str, absent: set[str]) -> None:
    assert not modules_after(statement) & absent


def test_what_opens_files_leaves_the_readers_to_the_process_that_reads() -> None:
    loaded = all_modules_after("import graphscope.session.open")
    assert "graphscope.session.reading.apart" in loaded
    assert not [name for name in loaded if name.startswith("graphscope.readers.keras")]


def test_public_names_exist_and_are_documented() -> None:
    import graphscope

    for name in graphscope.__all__:
        assert getattr(graphscope, name) is not None
        assert name in dir(graphscope)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = graphscope.nothing
