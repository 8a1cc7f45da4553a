"""What differs between two models: layers, calls, weights and the tensors between them."""

from __future__ import annotations

from graphscope.analysis.diff.compare import compare_graphs
from graphscope.analysis.diff.result import (
    TOPICS,
    CallSummary,
    Change,
    Fact,
    GraphDiff,
    Topic,
    Totals,
    WeightChange,
    WireChange,
)

__all__ = [
    "TOPICS",
    "CallSummary",
    "Change",
    "Fact",
    "GraphDiff",
    "Topic",
    "Totals",
    "WeightChange",
    "WireChange",
    "compare_graphs",
]
