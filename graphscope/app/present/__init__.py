"""Graph facts as plain rows and texts. Knows no Dash, so it is tested without a browser."""

from graphscope.app.present.item import present_item
from graphscope.app.present.summary import present_model

__all__ = ["present_item", "present_model"]
