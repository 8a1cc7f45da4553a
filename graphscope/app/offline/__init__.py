"""The page as one file that needs no server: for mail, archives and notebooks far away."""

from graphscope.app.offline.exporter import export
from graphscope.app.offline.inline import InlinePage
from graphscope.app.offline.page import make_offline_page

__all__ = ["InlinePage", "export", "make_offline_page"]
