"""What changed from one run to another: configuration, environment, layers."""

from graphscope.runs.compare.comparison import Comparison, compare_runs
from graphscope.runs.compare.layers import ComparedLayer
from graphscope.runs.compare.matching import LayerChange
from graphscope.runs.compare.values import Change, differing, flatten

__all__ = [
    "Change",
    "ComparedLayer",
    "Comparison",
    "LayerChange",
    "compare_runs",
    "differing",
    "flatten",
]
