"""Shape rules of Keras operations (`keras.ops`) that models use between layers.

Unlike layers, operations may move or fold the batch dimension, so a rule exists only where the
result is certain. Positional arguments that are no tensors are found under their position.
"""

from __future__ import annotations

from graphscope.readers.shapes.call import Rule
from graphscope.readers.shapes.operations import basic, contractions, images, moving
from graphscope.readers.shapes.operations.basic import BATCH_MOVING

RULES: dict[str, Rule] = basic.RULES | contractions.RULES | moving.RULES | images.RULES
"""Rules by class name."""

__all__ = ["BATCH_MOVING", "RULES"]
