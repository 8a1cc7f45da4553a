"""The plain pages of the server itself: what it refuses and why, in words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class Notice:
    """A page of one heading and one paragraph."""

    status: HTTPStatus
    title: str
    text: str


UNKNOWN_VISITOR = Notice(
    HTTPStatus.UNAUTHORIZED,
    "This inspector needs its key",
    "Open it with the link that graphscope printed when it started; the link ends with ?token=... "
    "and works once. For another browser, start graphscope again.",
)
SPENT_TOKEN = Notice(
    HTTPStatus.UNAUTHORIZED,
    "This link was used before",
    "Each link opens the inspector once, in one browser. Go back to that browser, or start "
    "graphscope again for a new link.",
)
FOREIGN_HOST = Notice(
    HTTPStatus.MISDIRECTED_REQUEST,
    "This name does not belong to the inspector",
    "Open it by the address that graphscope printed, with the same port. Other names are refused, "
    "because foreign pages could use them to reach this machine.",
)
FOREIGN_ORIGIN = Notice(
    HTTPStatus.FORBIDDEN,
    "This request came from another page",
    "Only the inspector's own page may send commands to it.",
)
TOO_LARGE = Notice(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "This request is too large",
    "The page takes files of at most 64 MiB; open larger ones with `graphscope show FILE`.",
)
NOT_FOUND = Notice(
    HTTPStatus.NOT_FOUND,
    "There is nothing here",
    "The inspector is at the top of this address.",
)
ODD_REQUEST = Notice(
    HTTPStatus.BAD_REQUEST,
    "This cannot be asked for",
    "The request is not one that a page of the inspector sends.",
)
FAILED = Notice(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "The inspector failed at this",
    "The terminal that it was started in says more. Please report it as a bug.",
)
CLOSED_MODEL = Notice(
    HTTPStatus.NOT_FOUND,
    "This model is not open",
    "It was closed, or the server was started anew without it.",
)
FRAMED = Notice(
    HTTPStatus.OK,
    "The inspector opens beside this page",
    "Browsers keep it locked inside a page from elsewhere.",
)
WELCOME = Notice(HTTPStatus.OK, "Opening the inspector", "One moment.")

_STYLE = """\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 20vh auto; padding: 0 1.5rem; }
h1 { font-size: 1.4rem; }
"""


def make_page(notice: Notice, link: str = "") -> bytes:
    """Return the notice as an HTML page that loads nothing.

    Args:
        notice: what to say.
        link: an address that the page offers to open in a tab of its own.
    """
    title = escape(notice.title)
    offer = f'<p><a href="{escape(link)}" target="_blank">Open it in a tab</a></p>' if link else ""
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1><p>{escape(notice.text)}</p>{offer}</html>"
    ).encode()
