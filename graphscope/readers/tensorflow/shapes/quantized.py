"""Operations that compute in whole numbers, and those that TensorFlow fused into one.

Each has the shape of the operation that it stands for. Quantized ones also tell, with two numbers,
what their result ranges over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphscope.readers.tensorflow.shapes import elementwise, layout, products
from graphscope.readers.tensorflow.shapes.call import OpCall, Rule, Shape

_PLAIN: Mapping[str, Rule] = elementwise.RULES | products.RULES | layout.RULES

_QUANTIZED = {
    "QuantizedAdd": "Add",
    "QuantizedAvgPool": "AvgPool",
    "QuantizedConv2D": "Conv2D",
    "QuantizedConv2DAndRelu": "Conv2D",
    "QuantizedConv2DWithBias": "Conv2D",
    "QuantizedConv2DWithBiasAndRelu": "Conv2D",
    "QuantizedDepthwiseConv2D": "DepthwiseConv2dNative",
    "QuantizedDepthwiseConv2DWithBias": "DepthwiseConv2dNative",
    "QuantizedMatMul": "MatMul",
    "QuantizedMatMulWithBias": "MatMul",
    "QuantizedMaxPool": "MaxPool",
    "QuantizedMul": "Mul",
    "QuantizedReshape": "Reshape",
}
_TAKING_TWO = frozenset({"QuantizedAdd", "QuantizedMul"})
"""Those that take two tensors, and then what they range over."""
_FUSED = {
    "_FusedConv2D": "Conv2D",
    "_FusedDepthwiseConv2dNative": "DepthwiseConv2dNative",
    "_FusedBatchNormEx": "FusedBatchNormV3",
}


def _quantized(call: OpCall) -> Sequence[Shape | None]:
    plain = replace(call, type=_QUANTIZED[call.type], count=1)
    if call.type in _TAKING_TWO:
        plain = replace(plain, shapes=call.shapes[:2], contents=call.contents[:2])
    return [*_PLAIN[plain.type](plain)[:1], (), ()]


def _fused(call: OpCall) -> Sequence[Shape | None]:
    plain = replace(call, type=_FUSED[call.type])
    return _PLAIN[plain.type](plain)


def _range(_call: OpCall) -> Sequence[Shape | None]:
    return [(), ()]


RULES: dict[str, Rule] = {
    **dict.fromkeys(_QUANTIZED, _quantized),
    **dict.fromkeys(_FUSED, _fused),
    "RequantizationRange": _range,
}
