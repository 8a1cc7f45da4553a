"""Training runs: what is logged of them, where it is kept, and how it is read back.

A run is a folder with one append-only log per writer. The logs are the truth; every index is made
from them and may be thrown away. Nothing here imports Keras or a backend.
"""

from graphscope.runs.records import (
    Columns,
    End,
    Epoch,
    Event,
    Histogram,
    LayerInfo,
    Record,
    Start,
    Statistics,
    Step,
)
from graphscope.runs.run import Run, Series

__all__ = [
    "Columns",
    "End",
    "Epoch",
    "Event",
    "Histogram",
    "LayerInfo",
    "Record",
    "Run",
    "Series",
    "Start",
    "Statistics",
    "Step",
]
