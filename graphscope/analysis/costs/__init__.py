"""FLOPs and output bytes of calls, from shapes and settings alone."""

from graphscope.analysis.costs.estimate import Costs, estimate_costs

__all__ = ["Costs", "estimate_costs"]
