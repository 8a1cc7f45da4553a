"""The page of the inspector with everything it needs inside: one file, no request.

It is the same `index.html` with the same modules; `assets/offline/` stands where the server would.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from graphscope.app import ids
from graphscope.app.facts import Facts
from graphscope.app.offline.blocks import to_base64
from graphscope.app.offline.cards import CARDS_PER_BLOCK, MOST_CARDS, pack_cards
from graphscope.app.styles import join_styles
from graphscope.bundling import bundle
from graphscope.errors import ExportError
from graphscope.exporters.drawing import draw, make_safe, pack
from graphscope.exporters.live_values import LIVE, add_live
from graphscope.exporters.node_data import find_names
from graphscope.exporters.opening import scopes_to_open
from graphscope.exporters.options import ExportOptions
from graphscope.graph import ROOT, Graph
from graphscope.resources import assets_dir

_PRELOAD = re.compile(r'<link rel="(?:module)?preload"[^>]*>\n?')
_STYLES = re.compile(r'<link rel="stylesheet" href="/assets/bundle/page.css">')
_FIRST = re.compile(r'<script src="/assets/page/first.js"></script>')
_MAIN = re.compile(r'<script type="module"[^>]*id="page-script"[^>]*></script>')
_DASH = re.compile(r'<template id="dash-scripts">.*?</template>', re.DOTALL)
_PICTURE = re.compile(r'(?P<name>href|src)="/assets/(?P<path>[\w/-]+\.svg)"')
_FONT = re.compile(r'url\("\.\./(?P<path>fonts/[\w-]+\.woff2)"\)')
_PLACEHOLDER = re.compile(r"\{%(?P<name>\w+)%\}")


def make_offline_page(graph: Graph, options: ExportOptions | None = None) -> str:
    """Return the HTML text of a page that shows a graph; the same graph gives the same text.

    Args:
        graph: the graph to show.
        options: what is open at first, overlay, theme and direction; the batch size of costs.

    Raises:
        ExportError: when `options` name a scope or an overlay that the graph does not have.
    """
    options = options or ExportOptions()
    facts = Facts(graph, batch=options.batch)
    document = draw(graph, facts.outline, facts.costs, batch=options.batch)
    if LIVE not in document["values"]:
        add_live(document, graph, facts.outline, batch=options.batch)
    document["abilities"] = []  # there is no server to ask for more
    return _fill(_Parts(graph.name, document, pack_cards(facts), _first_view(document, options)))


class _Parts:
    """What differs from file to file."""

    def __init__(
        self, name: str, document: dict[str, Any], cards: list[str], view: Mapping[str, Any]
    ) -> None:
        self.title = escape(f"{make_safe(name)} · graphscope")
        self.document = to_base64(pack(document))
        self.cards = cards
        self.view = escape(urlencode(view, doseq=True))


def _first_view(document: dict[str, Any], options: ExportOptions) -> dict[str, Any]:
    """Return what differs from the view that one gets anyway, as in an address of the page."""
    known = find_names(document)
    if options.overlay not in known:
        raise ExportError(
            f"The overlay {options.overlay!r} is unknown.", f"Known: {', '.join(known)}."
        )
    view: dict[str, Any] = {}
    if options.overlay != "type":
        view["overlay"] = options.overlay
    if options.theme == "dark":
        view["theme"] = "dark"
    if options.direction == "right":
        view["direction"] = "right"
    if options.depth is not None or options.open:
        view["open"] = scopes_to_open(document, options) or [ROOT]  # nothing would be "as usual"
    return view


def _fill(parts: _Parts) -> str:
    assets = assets_dir()
    index, styles = join_styles((assets / "index.html").read_text(encoding="utf-8"), assets)
    first = _escape_script((assets / "page" / "first.js").read_text(encoding="utf-8"))
    main = _escape_script(bundle(assets / "page" / "main.mjs", assets))
    style = _inline_fonts(styles.decode(), assets)
    page = _DASH.sub("", _PRELOAD.sub("", index))
    page = _replace(_STYLES, page, f"<style>\n{style}\n</style>")
    page = _replace(_FIRST, page, f"<script>{first}</script>")
    page = _replace(_MAIN, page, f'<script type="module" id="page-script">{main}</script>')
    page = page.replace("<html ", f'<html data-view="{parts.view}" ', 1)
    page = _PICTURE.sub(lambda found: _inline_picture(found, assets), page)
    filling = {
        "metas": _make_policy(first, main),
        "title": parts.title,
        "app_entry": _make_panel(),
        "config": "\n".join(_make_blocks(parts, assets)),
    }
    return _PLACEHOLDER.sub(lambda found: filling.get(found["name"], ""), page)


def _replace(pattern: re.Pattern[str], page: str, text: str) -> str:
    """Exchange the one place where a pattern is found."""
    page, count = pattern.subn(lambda _found: text, page)
    assert count == 1, f"index.html has {count} places for {pattern.pattern}"
    return page


def _make_policy(*scripts: str) -> str:
    """Return the security policy: these scripts and no others, and no connection to anywhere."""
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    policy = {
        "default-src": "'none'",
        "script-src": hashes,
        "worker-src": "blob:",
        "style-src": "'unsafe-inline'",
        "img-src": "data: blob:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    text = "; ".join(f"{directive} {value}" for directive, value in policy.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{escape(text)}">'


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _make_panel() -> str:
    """Return the place of the details, with what the page must know of the cards."""
    return (
        f'<div id="{ids.DETAILS}" data-cards-per-block="{CARDS_PER_BLOCK}" '
        f'data-most-cards="{MOST_CARDS}"></div>'
    )


def _make_blocks(parts: _Parts, assets: Path) -> list[str]:
    worker = _escape_script(bundle(assets / "page" / "worker.mjs", assets))
    cards = [_make_block(f"offline-cards-{n}", block) for n, block in enumerate(parts.cards)]
    return [
        _make_block("offline-document", parts.document),
        *cards,
        f'<script type="text/plain" id="worker-script">{worker}</script>',
    ]


def _make_block(name: str, block: str) -> str:
    return f'<script type="text/plain" id="{name}">{block}</script>'


def _escape_script(text: str) -> str:
    """Return a script that does not end the element it stands in, and means the same."""
    return re.sub(r"<(?=/script|!--)", r"\\x3c", text, flags=re.IGNORECASE)


def _inline_fonts(styles: str, assets: Path) -> str:
    def inline(found: re.Match[str]) -> str:
        return f'url("data:font/woff2;base64,{to_base64((assets / found["path"]).read_bytes())}")'

    return _FONT.sub(inline, styles)


def _inline_picture(found: re.Match[str], assets: Path) -> str:
    data = to_base64((assets / found["path"]).read_bytes())
    return f'{found["name"]}="data:image/svg+xml;base64,{data}"'
