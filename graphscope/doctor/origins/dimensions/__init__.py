"""Which argument of which layer fixed an axis of a tensor."""

from graphscope.doctor.origins.dimensions.engine import Dimensions

__all__ = ["Dimensions"]
