"""Files that something was wrong with once end with one clear error, or open."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope import plugins
from graphscope.errors import GraphscopeError
from graphscope.graph import from_json, to_json
from graphscope.session.files import find_reader

FOLDER = Path(__file__).parents[1] / "corpus" / "files"
FILES = sorted(path for path in FOLDER.iterdir() if path.name != "README.md")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_but_an_error_of_ours_leaves_the_reader(path: Path) -> None:
    try:
        graph = plugins.find("readers", find_reader(path))(path)
    except GraphscopeError as error:
        assert len(str(error)) <= 500
    else:
        assert from_json(to_json(graph)) == graph


def test_every_file_is_told_about() -> None:
    told = (FOLDER / "README.md").read_text()
    assert FILES
    assert [path.name for path in FILES if f"`{path.name}`" not in told] == []
