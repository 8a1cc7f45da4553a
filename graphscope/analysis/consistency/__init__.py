"""One graph, two projections, and a test that they agree.

The computation graph holds what the backend executes; the scopes hold what was seen at each call.
Folding the first must give the second:

1. every operation lies in a call, with all its operands;
2. an edge between calls is *explicit* if every call on the way, from the producer up to below the
   call that holds both ends, returned the tensor, and every one from there down to the consumer
   took it. Others must be masks, states or flagged side channels;
3. every tensor that a call returned is made inside it or handed through;
4. where Keras declares edges between calls (functional models), they are the edges that are found;
5. loops carry what they were seen to carry and run as often as what they go through is long,
   branches hand on results of their own, and no tensors run in a circle otherwise;
6. weights belong to one layer and are read where it is called;
7. shapes, dtypes and FLOPs of the operations in a call are those that its layer says.

`docs/consistency.md` has the exact definitions, and which damage each of them finds.
"""

from __future__ import annotations

from graphscope.analysis.consistency.arguments import find_unused_arguments
from graphscope.analysis.consistency.crossings import check_crossings, check_results
from graphscope.analysis.consistency.declared import check_declared
from graphscope.analysis.consistency.findings import Consistency, UnusedArgument, Violation
from graphscope.analysis.consistency.loops import check_loops
from graphscope.analysis.consistency.operands import check_operands
from graphscope.analysis.consistency.ports import check_order, check_ports, check_purpose
from graphscope.analysis.consistency.specs import check_specs
from graphscope.analysis.consistency.weights import check_weights
from graphscope.analysis.consistency.work import check_work
from graphscope.graph import Graph

__all__ = ["Consistency", "UnusedArgument", "Violation", "check_consistency"]


def check_consistency(graph: Graph) -> Consistency:
    """Check that the data-flow graph and the computation graph tell the same story."""
    crossings, unused = check_crossings(graph), tuple(find_unused_arguments(graph))
    return Consistency(
        explicit_edges=crossings.explicit,
        implicit_edges=crossings.implicit,
        violations=(
            *check_operands(graph),
            *check_ports(graph),
            *check_order(graph),
            *check_purpose(graph),
            *check_weights(graph),
            *check_specs(graph),
            *check_loops(graph),
            *check_work(graph),
            *crossings.violations,
            *check_results(graph),
            *check_declared(graph, unused),
        ),
        unused=unused,
    )
