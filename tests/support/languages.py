"""The server's dictionary as a module of the page, which has cards without a server too.

`python -m tests.support.languages` brings the module up to date; a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from graphscope.app.language_zh import TEMPLATES, WORDS
from graphscope.resources import assets_dir

_HEAD = """\
/** What the server words, in Chinese: a copy of graphscope/app/language_zh.py. */
"""


def module_path() -> Path:
    """Return where the module lies."""
    return assets_dir() / "core" / "languages" / "zh_server.mjs"


def write_module() -> str:
    """Return the text of the module."""
    return (
        "\n".join(
            [
                _HEAD,
                *_table("ZH_SERVER", "Texts that are said as they are.", WORDS),
                *_table("ZH_SERVER_TEMPLATES", "Texts with values in them.", TEMPLATES),
            ]
        ).rstrip("\n")
        + "\n"
    )


def _table(name: str, what: str, texts: Mapping[str, str]) -> list[str]:
    rows = [f"  {json.dumps(a)}: {json.dumps(b, ensure_ascii=False)}," for a, b in texts.items()]
    comment = f"/** {what} @type {{Readonly<Record<string, string>>}} */"
    return [comment, f"export const {name} = {{", *rows, "};", ""]


if __name__ == "__main__":
    module_path().write_text(write_module(), encoding="utf-8")
