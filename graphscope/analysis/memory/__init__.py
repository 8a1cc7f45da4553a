"""Peak memory of inference and training: which tensors are alive together, and how big they are."""

from graphscope.analysis.memory.fitting import Fit, find_largest_batch
from graphscope.analysis.memory.optimizers import SLOTS, Optimizer, count_slots
from graphscope.analysis.memory.plan import Plan
from graphscope.analysis.memory.prepare import (
    MemoryPlan,
    estimate_memory,
    prepare_inference,
    prepare_memory,
)
from graphscope.analysis.memory.result import LiveTensor, Memory, Role

__all__ = [
    "SLOTS",
    "Fit",
    "LiveTensor",
    "Memory",
    "MemoryPlan",
    "Optimizer",
    "Plan",
    "Role",
    "count_slots",
    "estimate_memory",
    "find_largest_batch",
    "prepare_inference",
    "prepare_memory",
]
