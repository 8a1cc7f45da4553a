"""Groups of weights that bear names of their own, as in the HDF5 files of Keras 1 and 2."""

from __future__ import annotations

from graphscope.readers.weights.tree import WeightGroup


class NamedGroup(WeightGroup):
    """What one layer saved: arrays under their names, layers under theirs.

    Keras 3 numbers arrays instead, and names layers after their classes.
    """
