"""What frozen weights were called: a frozen graph keeps where a variable was read, not its name.

`model/dense/MatMul/ReadVariableOp/resource` was read in the layer `model/dense`; that it was its
kernel shows in what takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from graphscope.readers.tensorflow.unfolding.program import Result, Step, Variable

_READ = re.compile(r"^(?P<scope>.*?)/?(?P<operation>[^/]*)/ReadVariableOp(_\d+)?(/resource)?$")

_PRODUCTS = frozenset(
    {"MatMul", "BatchMatMul", "BatchMatMulV2", "Einsum", "Conv2D", "Conv3D"}
    | {"Conv2DBackpropInput", "Conv3DBackpropInputV2", "DepthwiseConv2dNative"}
)
_LOOKUPS = frozenset({"GatherV2", "Gather", "ResourceGather"})
_FUSED = {1: "gamma", 2: "beta", 3: "moving_mean", 4: "moving_variance"}
"""Roles by input port of a fused batch normalization."""


def name_frozen(variables: Iterable[Variable], steps: Iterable[Step]) -> None:
    """Give variables that froze into constants the names of weights of layers.

    Args:
        variables: those of the graph.
        steps: its steps, in order.
    """
    takers: dict[Variable, tuple[Step, int]] = {}
    for step in steps:
        for port, source in enumerate(step.inputs):
            if isinstance(source, Variable):
                takers.setdefault(source, (step, port))
    used: set[str] = set()
    for variable in variables:
        match = _READ.match(variable.name)
        if match is None:
            continue
        role = _find_role(*takers[variable]) if variable in takers else ""
        scope = f"{match['scope']}/".lstrip("/")
        if role == "kernel" and f"{scope}kernel" in used:
            # A recurrent cell multiplies its input first and its state second.
            role = "recurrent_kernel"
        variable.name = f"{scope}{role or match['operation']}"
        used.add(variable.name)


def _find_role(step: Step, port: int) -> str:
    type_ = step.node.op
    if type_ in _PRODUCTS:
        return "kernel"
    if type_ in _LOOKUPS:
        return "embeddings"
    if type_.startswith("FusedBatchNorm"):
        return _FUSED.get(port, "")
    if type_ == "BiasAdd":
        return "bias"
    return _role_in_normalization(step, port)


def _role_in_normalization(step: Step, port: int) -> str:
    """Return the role in `x * m + (beta - mean * m)` with `m = gamma * rsqrt(variance + e)`."""
    others = [source for index, source in enumerate(step.inputs) if index != port]
    other = others[0] if len(others) == 1 else None
    beside = other.step.node.op if isinstance(other, Result) else ""
    roles = {
        ("AddV2", "Const"): "moving_variance",
        ("Mul", "Rsqrt"): "gamma",
        ("Mul", "Mul"): "moving_mean",
        ("Sub", "Mul"): "beta",
    }
    return roles.get((step.node.op, beside), "")
