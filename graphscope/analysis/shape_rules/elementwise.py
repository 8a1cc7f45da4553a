"""TensorFlow's operations that keep a shape, look something up or broadcast."""

from __future__ import annotations

from graphscope.analysis.shape_rules.call import Rule, Shape, SizedCall, UnknownSizeError
from graphscope.graph import Dimension


def _keep(call: SizedCall) -> Shape:
    return call.argument(0)


def _look_up(call: SizedCall) -> Shape:
    # table, keys, default
    return call.argument(1)


def _gather(call: SizedCall) -> Shape:
    if call.constant(2) != (0,) or call.whole("batch_dims"):
        raise UnknownSizeError
    return (*call.argument(1), *call.argument(0)[1:])


def _broadcast(call: SizedCall) -> Shape:
    shapes = [call.argument(port) for port in range(len(call.arguments))]
    rank = max(map(len, shapes), default=0)
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    return tuple(_agree(sizes) for sizes in zip(*padded, strict=True))


def _agree(sizes: tuple[Dimension, ...]) -> Dimension:
    others = {size for size in sizes if size != 1}
    return others.pop() if len(others) == 1 else None if others else 1


RULES: dict[str, Rule] = {
    **dict.fromkeys(("Identity", "Cast", "StopGradient", "ZerosLike", "OnesLike"), _keep),
    **dict.fromkeys(
        (
            "AddV2",
            "Equal",
            "Greater",
            "GreaterEqual",
            "Less",
            "LessEqual",
            "LogicalAnd",
            "LogicalOr",
            "Maximum",
            "Minimum",
            "Mul",
            "NotEqual",
            "SelectV2",
            "Sub",
        ),
        _broadcast,
    ),
    "LookupTableFindV2": _look_up,
    "GatherV2": _gather,
}
