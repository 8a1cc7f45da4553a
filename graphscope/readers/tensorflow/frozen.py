"""What frozen weights were called: a frozen graph keeps where a variable was read, not its name.

`model/dense/MatMul/ReadVariableOp/resource` was read in the layer `model/dense`; that it was its
kernel shows in what takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphscope.readers.tensorflow.unfolding.program import Result, Source, Step, Variable

_READ = re.compile(
    r"^(?P<path>(?:.*?/)?(?P<operation>[^/]*?(?:_(?P<number>\d+))?))"
    r"/ReadVariableOp(?:_(?P<read>\d+))?(?:/resource)?$"
)
_PRODUCTS = frozenset(
    {"MatMul", "BatchMatMul", "BatchMatMulV2", "Einsum", "Conv2D", "Conv3D"}
    | {"Conv2DBackpropInput", "Conv3DBackpropInputV2", "DepthwiseConv2dNative"}
)
_DEPTHWISE = "DepthwiseConv2dNative"
_LOOKUPS = frozenset({"GatherV2", "Gather", "ResourceGather"})
_SHAPING = frozenset(
    {"Reshape", "ExpandDims", "Squeeze", "Transpose", "Cast", "Identity", "Split", "SplitV"}
    | {"Unpack", "StridedSlice"}
)
"""Operations that hand a weight on in another form."""
_FUSED = {1: "gamma", 2: "beta", 3: "moving_mean", 4: "moving_variance"}
"""Roles by input port of a fused batch normalization."""
_GATES = (1, 3, 4)
"""How many times as wide as high the recurrent kernels of built-in cells are."""


@dataclass(slots=True)
class _Frozen:
    """A variable that froze.

    Attributes:
        variable: the variable.
        scope: the layer in which it was read.
        operation: the operation that it was read for.
        order: how many others of the kind its layer had read before.
        role: its name in the layer; empty while that is unknown.
        taker: the operation that takes it.
    """

    variable: Variable
    scope: str
    operation: str
    order: tuple[int, int]
    role: str
    taker: Step | None


def name_frozen(variables: Iterable[Variable], steps: Iterable[Step]) -> None:
    """Give variables that froze into constants the names of weights of layers.

    Args:
        variables: those of the graph.
        steps: its steps, in order.
    """
    listed = list(steps)
    takers = _find_takers(listed)
    operations = {step.node.name for step in listed}
    by_scope: dict[str, list[_Frozen]] = {}
    for variable in variables:
        found = _describe(variable, takers, operations)
        if found is not None:
            by_scope.setdefault(found.scope, []).append(found)
    for inside in by_scope.values():
        inside.sort(key=lambda each: each.order)
        _tell_apart(inside)
        for each in inside:
            each.variable.name = "/".join(filter(None, (each.scope, each.role or each.operation)))


def _find_takers(steps: Iterable[Step]) -> dict[Variable, tuple[Step, int]]:
    """Return what computes with each variable, by the number of its input."""
    found: dict[Variable, tuple[Step, int]] = {}
    shaped: dict[Step, Variable] = {}
    for step in steps:
        for port, source in enumerate(step.inputs):
            variable = source if isinstance(source, Variable) else None
            if isinstance(source, Result):
                variable = shaped.get(source.step)
            if variable is None:
                continue
            if step.node.op in _SHAPING:
                shaped[step] = variable
            else:
                found.setdefault(variable, (step, port))
    return found


def _describe(
    variable: Variable, takers: Mapping[Variable, tuple[Step, int]], operations: set[str]
) -> _Frozen | None:
    match = _READ.match(variable.name)
    if match is None:
        return None
    taker, port = takers.get(variable, (None, 0))
    path: str = match["path"]
    # Where what takes it lies in the scope itself, no operation stands between them.
    is_scope = taker is not None and taker.node.name.rpartition("/")[0] == path
    scope = path if is_scope else path.rpartition("/")[0]
    while scope in operations:
        scope = scope.rpartition("/")[0]
    return _Frozen(
        variable,
        scope,
        match["operation"],
        (int(match["number"] or 0), int(match["read"] or 0)),
        "" if taker is None else _find_role(taker, port),
        taker,
    )


def _find_role(step: Step, port: int) -> str:
    type_ = step.node.op
    if type_ in _PRODUCTS:
        return "kernel"
    if type_ in _LOOKUPS:
        return "embeddings"
    if type_.startswith("FusedBatchNorm"):
        return _FUSED.get(port, "")
    if type_ in ("BiasAdd", "Neg"):
        return "bias" if type_ == "BiasAdd" else "alpha"
    others = [source for index, source in enumerate(step.inputs) if index != port]
    beside = _type_of(others[0]) if len(others) == 1 else ""
    if type_ in ("Add", "AddV2") and beside in _PRODUCTS:
        return "bias"
    return _ROLES.get((type_, beside), "")


_ROLES = {
    ("AddV2", "Const"): "moving_variance",
    ("Mul", "Rsqrt"): "gamma",
    ("Mul", "Mul"): "moving_mean",
    ("Sub", "Mul"): "beta",
    ("AddV2", "Mul"): "beta",
}
"""In a normalization, `x * m + (beta - mean * m)` with `m = gamma * rsqrt(variance + e)`."""


def _type_of(source: Source) -> str:
    """Return the type of operation that a tensor comes from, whatever form it was given since."""
    while isinstance(source, Result):
        step = source.step
        if step.node.op not in _SHAPING or not step.inputs:
            return step.node.op
        source = step.inputs[0]
    return ""


def _tell_apart(inside: Iterable[_Frozen]) -> None:
    """Correct the roles of weights by those beside them in their layer."""
    roles = {each.role for each in inside}
    kernels = [each for each in inside if each.role == "kernel"]
    depthwise = [each for each in kernels if each.taker and each.taker.node.op == _DEPTHWISE]
    if depthwise and len(kernels) > len(depthwise):
        for each in kernels:
            each.role = "depthwise_kernel" if each in depthwise else "pointwise_kernel"
    elif len(kernels) > 1:
        # A recurrent cell multiplies its input first and its state second.
        for each in kernels[1:]:
            each.role = "recurrent_kernel" if _is_recurrent(each.variable) else ""
    for each in inside:
        if each.role == "moving_mean" and "moving_variance" not in roles:
            each.role = "scale"
        elif each.role == "gamma" and "moving_variance" in roles and "moving_mean" not in roles:
            each.role = "moving_mean"


def _is_recurrent(variable: Variable) -> bool:
    rows, columns = (variable.shape or ())[-2:] if len(variable.shape or ()) > 1 else (0, 0)
    return rows > 0 and columns in [rows * gates for gates in _GATES]
