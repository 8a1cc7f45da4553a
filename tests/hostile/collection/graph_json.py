"""Graphs written by hand or by programs, in the short form, that contradict themselves."""

from __future__ import annotations

import json
from typing import Any

from tests.hostile.collection.maker import Maker, Section
from tests.hostile.rows import SCRIPT_FLAG

_JS = f"window.{SCRIPT_FLAG}=1"


def add_rows(maker: Maker) -> None:
    """Add short graphs, and documents with a fault."""
    section = maker.section("graph json", "json")
    _add_wrong(section)
    _add_odd(section)
    _add_large(section)


def _node(id_: Any, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": str(id_), "op": "Dense", **more}


def _graph(nodes: Any, edges: Any = (), **more: Any) -> str:
    head = {"schema": "graphscope-graph", "version": 1}
    return json.dumps({**head, "nodes": nodes, "edges": edges, **more})


def _add_wrong(section: Section) -> None:
    a, b = _node("a"), _node("b")
    wrong = {
        "edge_to_nothing": _graph([a], [["a", "ghost"]]),
        "two_of_an_id": _graph([a, a]),
        "future": _graph([a], version=999),
        "version_text": _graph([a], version="<b>1</b>"),
        "negative": _graph([_node("a", params=-1)]),
        "types": _graph({"a": 1}, "x"),
        "null": _graph(None, None),
        "parents_in_ring": _graph([_node("a", parent="b"), _node("b", parent="a")]),
        "own_parent": _graph([_node("a", parent="a")]),
        "no_parent": _graph([_node("a", parent="ghost")]),
        "numbers_as_ids": _graph([_node(1), _node("1"), _node(1.0)]),
        "id_list": _graph([_node(["a"])]),
        "id_object": _graph([_node({})]),
        "no_id": _graph([{"op": "Dense"}]),
        "edge_of_three": _graph([a, b], [["a", "b", "c"]]),
        "edge_object": _graph([a, b], [{"from": "a"}]),
        "name_number": _graph([{**a, "name": {"x": 1}}]),
        "cut": _graph([a, b], [["a", "b"]])[:-9],
        "twice": _graph([a]) + _graph([a]),
    }
    for id_, text in wrong.items():
        section.write(f"short_{id_}", text)


def _add_odd(section: Section) -> None:
    a, b = _node("a"), _node("b")
    ring = _graph([a, b], [["a", "b"], ["b", "a"]])
    section.write("short_ring", ring, "either", "a feeds b feeds a")
    section.write("short_self", _graph([a], [["a", "a"]]), "either", "a feeds itself")
    section.write("short_nan", _graph([_node("a", params=float("nan"))]), "either")
    section.write("short_huge", _graph([_node("a", params=10**400)]), "either")
    section.write("short_no_nodes", _graph([]), "either")
    odd = [_node(name) for name in ("__proto__", "constructor", "toString")]
    section.write("short_prototype", _graph(odd, [["__proto__", "constructor"]]), "open")
    evil = f"<img src=x onerror={_JS}>"
    scripted = _node(evil, doc=f"<script>{_JS}</script>", url=f"javascript:{_JS}")
    section.write("short_script", _graph([scripted]), "open")
    section.write("short_key", _graph([_node("a", **{evil: evil, "__proto__": 1})]), "open")


def _add_large(section: Section) -> None:
    deep = [_node(str(at), parent=str(at - 1) if at else None) for at in range(10_000)]
    section.write("short_deep", _graph(deep), "either", "10,000 groups in groups")
    section.write("short_lists", "[" * 200_000, note="200,000 open lists")
    if section.maker.is_big:
        chain = [_node(at) for at in range(100_000)]
        edges = [[at, at + 1] for at in range(99_999)]
        section.write("short_100k", _graph(chain, edges), "either", "100,000 nodes")
