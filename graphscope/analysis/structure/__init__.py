"""What the shape of a graph says: what each call sees, what all data passes, what is in vain."""

from __future__ import annotations

from graphscope.analysis.structure.bottlenecks import Bottleneck, find_bottlenecks
from graphscope.analysis.structure.dominators import find_dominators
from graphscope.analysis.structure.receptive import ReceptiveField, find_receptive_fields
from graphscope.analysis.structure.summary import Structure, examine_structure

__all__ = [
    "Bottleneck",
    "ReceptiveField",
    "Structure",
    "examine_structure",
    "find_bottlenecks",
    "find_dominators",
    "find_receptive_fields",
]
