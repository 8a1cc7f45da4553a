"""The style sheets of the page as one file: a browser opens six connections, and the page has
better use for them than a dozen small sheets.
"""

from __future__ import annotations

import re
from pathlib import Path

_LINK = re.compile(r'<link rel="stylesheet" href="/assets/(?P<name>[\w/]+\.css)">\n?')
_ADDRESS = re.compile(r'url\("(?!data:)(?=\w)')
_JOINED = '<link rel="stylesheet" href="/assets/bundle/page.css">\n'


def join_styles(index: str, assets: Path) -> tuple[str, bytes]:
    """Return the page with one link instead of all, and what that link leads to.

    Args:
        index: the text of `index.html`, whose links say which sheets there are and in what order.
        assets: the folder of the sheets.
    """
    sheets = [
        (assets / found["name"]).read_text(encoding="utf-8") for found in _LINK.finditer(index)
    ]
    first = _LINK.search(index)
    assert first is not None, "index.html links to the style sheets of the page"
    rest = _LINK.sub("", index[first.start() :])
    joined = index[: first.start()] + _JOINED + rest
    # The joined file lies one folder deeper than the sheets.
    return joined, _ADDRESS.sub('url("../', "\n".join(sheets)).encode()
