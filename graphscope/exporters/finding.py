"""The query language of the page, without a page."""

from __future__ import annotations

import json
from typing import Any

from graphscope.errors import QueryError
from graphscope.exporters.engine import call_script


def find_items(document: dict[str, Any], query: str) -> list[int]:
    """Return the positions of the items that a query finds, the best first.

    Args:
        document: as `make_drawing` returns it.
        query: as it would be typed into the search field; `docs/query.md` describes the language.

    Raises:
        QueryError: when the query is none; the message names the place.
    """
    found = json.loads(call_script("query/headless.mjs", "findItems", json.dumps(document), query))
    if found["complaint"]:
        raise QueryError(_point_out(query, found), "See docs/query.md for what can be asked.")
    items: list[int] = found["items"]
    return items


def _point_out(query: str, found: dict[str, Any]) -> str:
    """Return the complaint and the part of the query that is meant."""
    before, part = query[: found["from"]], query[found["from"] : found["to"]]
    place = f"after {before.strip()!r}" if not part.strip() and before.strip() else repr(part)
    return f"{found['complaint'].rstrip('.')}. The place is {place}."
