"""The page that compares two models: one merged graph, or both side by side."""

from graphscope.app.comparing.inspector import ComparingInspector, name_sides

__all__ = ["ComparingInspector", "name_sides"]
