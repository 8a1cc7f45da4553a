"""What can be computed from a graph alone. The only importer of networkx.

Importing this package is cheap: each part is imported when it is first used, and networkx when a
networkx graph is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphscope.lazily import offer

if TYPE_CHECKING:
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

_HOMES = {
    "Consistency": "graphscope.analysis.consistency",
    "Costs": "graphscope.analysis.costs",
    "CriticalPath": "graphscope.analysis.order",
    "Inventory": "graphscope.analysis.inventory",
    "Item": "graphscope.analysis.outline",
    "Outline": "graphscope.analysis.outline",
    "Parameters": "graphscope.analysis.parameters",
    "Role": "graphscope.analysis.roles",
    "Unreachable": "graphscope.analysis.reach",
    "UnusedArgument": "graphscope.analysis.consistency",
    "Violation": "graphscope.analysis.consistency",
    "check_consistency": "graphscope.analysis.consistency",
    "computation": "graphscope.analysis.projection",
    "consumers_of": "graphscope.analysis.tensors",
    "count_parameters": "graphscope.analysis.parameters",
    "count_parameters_by_call": "graphscope.analysis.parameters",
    "count_parameters_by_layer": "graphscope.analysis.parameters",
    "count_repeated_blocks": "graphscope.analysis.outline",
    "critical_path": "graphscope.analysis.order",
    "data_flow": "graphscope.analysis.projection",
    "estimate_costs": "graphscope.analysis.costs",
    "find_cut_points": "graphscope.analysis.cuts",
    "find_roles": "graphscope.analysis.roles",
    "find_unreachable": "graphscope.analysis.reach",
    "find_unreachable_layers": "graphscope.analysis.reach",
    "fold": "graphscope.analysis.outline",
    "producer_of": "graphscope.analysis.tensors",
    "take_inventory": "graphscope.analysis.inventory",
    "to_networkx": "graphscope.analysis.projection",
    "topological_order": "graphscope.analysis.order",
}

__getattr__ = offer(__name__, _HOMES)
