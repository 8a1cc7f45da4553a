"""Where the files that are not Python modules of the package live.

A wheel carries `assets/` and `sample_models/` inside the package (hatchling's force-include); in
an editable install they stay at the top of the repository, where they are edited.
"""

from __future__ import annotations

from pathlib import Path

from graphscope.errors import GraphscopeError

_PACKAGE = Path(__file__).resolve().parent


def assets_dir() -> Path:
    """Return the folder of the page: ES modules, style sheet, fonts and `index.html`.

    Raises:
        GraphscopeError: when the installation is incomplete.
    """
    return _find_folder("assets")


def sample_models_dir() -> Path:
    """Return the folder of the sample models, one Python file each.

    Raises:
        GraphscopeError: when the installation is incomplete.
    """
    return _find_folder("sample_models")


def is_shipped_sample(file: str) -> bool:
    """Whether a file is a sample model that lies inside the installed package.

    It stands for the user's own code, unlike everything else in the package.
    """
    return Path(file).is_relative_to(_PACKAGE / "_sample_models")


def _find_folder(name: str) -> Path:
    # The copy in the package wins: next to an installed package, in site-packages, a folder
    # called `assets` may belong to anybody.
    shipped, repository = _PACKAGE / f"_{name}", _PACKAGE.parent / name
    if shipped.is_dir():
        return shipped
    if (_PACKAGE.parent / "pyproject.toml").is_file() and repository.is_dir():
        return repository
    raise GraphscopeError(
        f"graphscope's folder {name!r} is missing from {_PACKAGE}.",
        "Reinstall it: pip install --force-reinstall keras-graphscope.",
    )
