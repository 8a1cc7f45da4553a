"""The folders beside the modules, in a wheel and in a checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope import resources
from graphscope.errors import GraphscopeError


def test_this_checkout_has_both_folders() -> None:
    assert (resources.assets_dir() / "index.html").is_file()
    assert (resources.sample_models_dir() / "mnist_cnn.py").is_file()


def test_the_copy_in_the_package_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "graphscope"
    monkeypatch.setattr(resources, "_PACKAGE", package)
    (tmp_path / "assets").mkdir()
    with pytest.raises(GraphscopeError, match=r"'assets' is missing .* Reinstall it"):
        resources.assets_dir()  # Beside an installed package, the folder is somebody else's.
    (tmp_path / "pyproject.toml").touch()
    assert resources.assets_dir() == tmp_path / "assets"
    (package / "_assets").mkdir(parents=True)
    assert resources.assets_dir() == package / "_assets"


def test_samples_in_the_package_count_as_the_users_code() -> None:
    package = resources._PACKAGE
    assert resources.is_shipped_sample(str(package / "_sample_models" / "unet.py"))
    assert not resources.is_shipped_sample(str(package / "errors.py"))
