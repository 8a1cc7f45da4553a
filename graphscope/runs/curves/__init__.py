"""Curves as they are looked at: fewer points, smoothed lines, the best value."""

from graphscope.runs.curves.best import Direction, best_point, direction_of, is_share
from graphscope.runs.curves.downsampling import downsample, keep
from graphscope.runs.curves.gaps import Gap, find_gaps
from graphscope.runs.curves.smoothing import smooth
from graphscope.runs.curves.windows import after, visible

__all__ = [
    "Direction",
    "Gap",
    "after",
    "best_point",
    "direction_of",
    "downsample",
    "find_gaps",
    "is_share",
    "keep",
    "smooth",
    "visible",
]
