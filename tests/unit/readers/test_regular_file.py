"""Links in folders: what lies in the folder, and what leads out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.errors import ReadError
from graphscope.readers.files.regular_file import is_inside, require_inside


@pytest.mark.parametrize(
    ("target", "inside"),
    [
        ("real", True),
        ("below/real", True),
        ("missing", True),
        ("../folder/real", True),
        ("../outside", False),
        ("../folder 2/real", False),
        ("/etc/passwd", False),
    ],
)
def test_links(tmp_path: Path, target: str, inside: bool) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    link = folder / "link"
    link.symlink_to(target)
    assert is_inside(link, folder) is inside
    if not inside:
        with pytest.raises(ReadError, match=r"'link' in '.*folder' is a link that leads out"):
            require_inside(link, folder)


def test_a_folder_that_is_a_link_is_the_one_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "named").symlink_to("real")
    (tmp_path / "real" / "file").touch()
    require_inside(tmp_path / "named" / "file", tmp_path / "named")


def test_a_folder_on_the_way_that_leads_out(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    (tmp_path / "folder" / "inner").symlink_to("../other")
    with pytest.raises(ReadError, match="leads out"):
        require_inside(tmp_path / "folder" / "inner" / "file", tmp_path / "folder")
