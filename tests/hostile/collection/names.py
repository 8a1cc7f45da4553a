"""Names that break out of HTML, SVG, DOT, terminals, spreadsheets, paths and identifiers."""

from __future__ import annotations

import json

from tests.hostile.collection.maker import Maker
from tests.hostile.collection.models import dense, legacy_file, model
from tests.hostile.rows import SCRIPT_FLAG, Must
from tests.support.archives import input_layer, layer, sequential, weights_file

_JS = f"window.{SCRIPT_FLAG}=1"
_XHTML = "xmlns='http://www.w3.org/1999/xhtml'"

NAMES = {
    "script": f"<script>{_JS}</script>",
    "img": f'<img src=x onerror="{_JS}">',
    "svg": f'<svg onload="{_JS}">',
    "attribute": f'" onmouseover="{_JS}" x="',
    "attribute_single": f"' autofocus onfocus='{_JS}' x='",
    "close_script": f"</script><script>{_JS}</script>",
    "close_comment": f"--><img src=x onerror={_JS}>",
    "close_style": f"</style><img src=x onerror={_JS}>",
    "close_title": f"</title><img src=x onerror={_JS}>",
    "foreign": f"</text><foreignObject><img {_XHTML} src='x' onerror='{_JS}'/></foreignObject>",
    "address": f"javascript:{_JS}",
    "iframe": f'<iframe srcdoc="<script>parent.{SCRIPT_FLAG}=1</script>">',
    "markdown": f"[click](javascript:{_JS})",
    "cdata": f"]]><script>{_JS}</script>",
    "mermaid": f'a"] --> b\nclick a "javascript:{_JS}"\n%%{{init: {{"securityLevel":"loose"}}}}%%',
    "tex": r"\input{/etc/passwd}\immediate\write18{id}$x_1^2$ %#&_{}~",
    "dot_break": f'a"]; evil [label="x" URL="javascript:{_JS}"]; b [label="',
    "dot_html": '<<table><tr><td href="javascript:1">x</td></tr></table>>',
    "dot_escapes": r"\N\G\E\l\r\n\\",
    "dot_port": "a:b:c{d|e}<f>",
    "dot_lines": "line1\nline2\r\nline3",
    "dot_keyword": "graph",
    "dot_image": '<<img src="/etc/passwd"/>>',
    "right_to_left": "\u202egnp.sneD\u202c",
    "zero_width": "den\u200bse\u200d\ufeff",
    "zalgo": "d" + "\u0301" * 500,
    "lone": "\ud800x",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "ideographs": "\u5bc6\u96c6\u5c42",
    "nul": "a\x00b",
    "control": "\x01\x02\x07\x08\x7f\x9b31m",
    "decomposed": "e\u0301 vs \u00e9",
    "separators": "a\u2028b\u2029c",
    "tags": "a" + "".join(chr(0xE0000 + code) for code in range(32, 64)),
    "ansi": "\x1b[31mred\x1b]0;title\x07\x1b[2J",
    "format": "%s%n{0}{__class__}{x!r:>99999999}",
    "template": "{{7*7}}${7*7}<%= 7*7 %>{%app_entry%}",
    "rich_markup": "[bold red]x[/] [link=javascript:1]y[/link] [/nope]",
    "prototype": "__proto__",
    "constructor": "constructor",
    "to_string": "toString",
    "formula": '=HYPERLINK("x","y")',
    "formula_dde": "@SUM(1+1)*cmd|' /C calc'!A0",
    "path": "../../../../tmp/gs_escape",
    "absolute": "/etc/passwd",
    "device": "CON",
    "option": "--help",
    "dots": "a.b.c",
    "dash_id": '{"type":"x","index":1}',
    "blank": " ",
    "long": "L" * (1 << 20),
    "shell": "$HOME `id` $(id) ; |",
    "quotes": "'\"`\\",
    "sql": "x'); DROP TABLE runs;--",
    "percent": "%2e%2e%2f%00",
    "entities": "&lt;b&gt;&amp;&#x3c;",
}
_HARD = frozenset({"lone", "nul", "blank", "long"})
"""Names of which an error may be made."""
_WEIGHTS = weights_file({"layers/dense": [(4, 4), (4,)], "layers/dense_1": [(4, 4), (4,)]})


def add_rows(maker: Maker) -> None:
    """Add a `.keras` file, a `.h5` file and a config for each name."""
    archives = maker.section("hostile names")
    others = {form: maker.section("hostile names", form) for form in ("h5", "json")}
    for name, text in NAMES.items():
        must: Must = "either" if name in _HARD else "open"
        note = f"a layer and its model are called {text[:40]!a}"
        first = layer("Dense", text, "inp", units=4, activation="relu")
        document = model(first, dense("d2", text), outputs="d2", name=text)
        archives.archive(f"name_{name}", document, must, note, weights=_WEIGHTS)
        plain = sequential(
            input_layer("inp", 4),
            layer("Dense", text, units=3),
            layer("Dense", "d2", units=2),
            name=text,
        )
        if name != "long":  # an attribute of HDF5 holds 64 kB unless it is stored otherwise
            others["h5"].write(f"h5_name_{name}", legacy_file(plain), must, note)
        others["json"].write(f"json_name_{name}", json.dumps(document), must, note)
