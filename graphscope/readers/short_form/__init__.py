"""Graphs in the short form of `docs/graph-json.md`, as people and other programs write them.

{"schema": "graphscope-graph", "version": 1,
 "nodes": [{"id": "x", "op": "Input"}, {"id": "a", "op": "Dense", "params": 12}],
 "edges": [["x", "a"]]}
"""

from __future__ import annotations

from graphscope.readers.short_form.emission import SCHEMA, read_short_form

__all__ = ["SCHEMA", "read_short_form"]
