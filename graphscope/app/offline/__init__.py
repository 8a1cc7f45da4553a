"""The page as one file that needs no server: for mail, archives and notebooks far away."""

from graphscope.app.offline.exporter import export
from graphscope.app.offline.page import make_offline_page

__all__ = ["export", "make_offline_page"]
