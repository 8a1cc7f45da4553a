"""The script that draws curves, out of the package that brings it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.resources import files

from graphscope.errors import GraphscopeError


@cache
def read_plotly() -> tuple[bytes, str]:
    """Return Plotly's script, and a name of this release of it.

    Raises:
        GraphscopeError: when the package is incomplete.
    """
    try:
        data = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    except OSError as error:
        raise GraphscopeError(
            f"Plotly's script cannot be read ({error}).", "Reinstall it: pip install plotly."
        ) from error
    return data, f"plotly-{version('plotly')}"
