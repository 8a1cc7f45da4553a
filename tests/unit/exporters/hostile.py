"""Names that a stranger may give to a layer, each a try to break out of some format."""

from __future__ import annotations

from dataclasses import replace

from graphscope.graph import Graph
from tests.support.graphs import graph

NAMES = {
    "script": "<script>window.pwned = 1</script>",
    "image": '<img src=x onerror="window.pwned = 1">',
    "attribute": '" onmouseover="window.pwned = 1" x="',
    "single_quotes": "' autofocus onfocus='window.pwned = 1' x='",
    "close_text": "</text></g></svg><script>1</script>",
    "close_title": "</title><script>1</script>",
    "cdata": "]]><script>1</script><![CDATA[",
    "comment": "--><script>1</script><!--",
    "entity": "&lt;b&gt; &amp; &#x3c; &nbsp;",
    "javascript": "javascript:alert(1)",
    "dot_break": 'a"]; evil [label="x" URL="javascript:1"]; b [label="',
    "dot_html": "<<table><tr><td>x</td></tr></table>>",
    "dot_escapes": r"\N \G \E \l \r \n \\",
    "dot_backslash": "ends with a backslash \\",
    "dot_port": "a:b:c {d|e} <f>",
    "dot_keyword": "subgraph",
    "newlines": "line 1\nline 2\r\nline 3\ttab",
    "pdf": "(a) Tj ET <41> \\051 endstream endobj",
    "control": "a\x00\x01\x07\x1b[31m\x7f\x85b",
    "right_to_left": "\u202egnp.esneD\u202c",
    "invisible": "den\u200bse\u2060\ufeff",
    "combining": "d" + "\u0301" * 300,
    "surrogate": "\ud800 half",
    "noncharacter": "a\ufffe\uffffb",
    "ideographs": "密集层",
    "emoji": "👨\u200d👩\u200d👧 conv",
    "separators": "a\u2028b\u2029c",
    "prototype": "__proto__",
    "constructor": "constructor",
    "template": "{{7*7}} ${7*7} %s {0}",
    "path": "../../../../etc/passwd",
    "blank": " ",
    "empty": "",
    "long": "L" * 300_000,
}


def hostile_graph(name: str) -> Graph:
    """Return a small graph in which a model, a scope, a node and a layer class have the name."""
    drawn = graph("x -> encoder/dense:Dense(kernel[8,4]) -> relu")
    scopes = [replace(scope, name=name, type=name) for scope in drawn.scopes]
    nodes = [replace(node, name=name, type=name) for node in drawn.nodes]
    return replace(drawn, name=name, scopes=tuple(scopes), nodes=tuple(nodes))
