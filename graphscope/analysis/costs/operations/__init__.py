"""FLOPs of operations by type. The types are TensorFlow's and those of Keras operations."""

from __future__ import annotations

from graphscope.analysis.costs.call import Rule
from graphscope.analysis.costs.operations import (
    contractions,
    convolutions,
    elementwise,
    movement,
    random,
    reductions,
)

RULES: dict[str, Rule] = {
    **movement.RULES,
    **random.RULES,
    **elementwise.RULES,
    **reductions.RULES,
    **contractions.RULES,
    **convolutions.RULES,
}
"""A rule for each type of operation whose cost is known."""
