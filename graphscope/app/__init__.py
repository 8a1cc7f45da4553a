"""The inspector in the browser. The only importer of Dash and Plotly."""

from graphscope.app.server import Inspector

__all__ = ["Inspector"]
