"""What can be computed from a graph alone. The only importer of networkx.

Importing this package is cheap; networkx is imported when a networkx graph is asked for.
"""

from graphscope.analysis.consistency import (
    Consistency,
    UnusedArgument,
    Violation,
    check_consistency,
)
from graphscope.analysis.costs import Costs, estimate_costs
from graphscope.analysis.cuts import find_cut_points
from graphscope.analysis.inventory import Inventory, take_inventory
from graphscope.analysis.order import CriticalPath, critical_path, topological_order
from graphscope.analysis.outline import Item, Outline, count_repeated_blocks, fold
from graphscope.analysis.parameters import (
    Parameters,
    count_parameters,
    count_parameters_by_call,
    count_parameters_by_layer,
)
from graphscope.analysis.projection import computation, data_flow, to_networkx
from graphscope.analysis.reach import Unreachable, find_unreachable, find_unreachable_layers
from graphscope.analysis.roles import Role, find_roles
from graphscope.analysis.tensors import consumers_of, producer_of

__all__ = [
    "Consistency",
    "Costs",
    "CriticalPath",
    "Inventory",
    "Item",
    "Outline",
    "Parameters",
    "Role",
    "Unreachable",
    "UnusedArgument",
    "Violation",
    "check_consistency",
    "computation",
    "consumers_of",
    "count_parameters",
    "count_parameters_by_call",
    "count_parameters_by_layer",
    "count_repeated_blocks",
    "critical_path",
    "data_flow",
    "estimate_costs",
    "find_cut_points",
    "find_roles",
    "find_unreachable",
    "find_unreachable_layers",
    "fold",
    "producer_of",
    "take_inventory",
    "to_networkx",
    "topological_order",
]
