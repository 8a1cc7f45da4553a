"""The operation in which the first NaN or infinity of a step arose.

A step that showed one is run again, one operation after the other, from what it began with: the
weights from before it, its batch, its random state. Nothing of the training is touched. Of all
operations that returned a number that is not finite those count from which it went on, unbroken, to
the loss or to a gradient: an infinity that a mask takes away again is none.
"""

from graphscope.monitor.origin.find import find_origin
from graphscope.monitor.origin.moments import Moment
from graphscope.monitor.origin.trail import Origin

__all__ = ["Moment", "Origin", "find_origin"]
