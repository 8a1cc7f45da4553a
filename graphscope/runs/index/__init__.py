"""The index of runs: made from the logs, in SQLite or PostgreSQL, and thrown away at will."""

from graphscope.runs.index.opening import open_store

__all__ = ["open_store"]
