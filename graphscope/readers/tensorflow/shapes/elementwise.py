"""Operations that do the same to every element, and those that keep a shape."""

from __future__ import annotations

from collections.abc import Sequence

from graphscope.analysis.costs.call import names
from graphscope.analysis.costs.operations.elementwise import BINARY, CHOICES, UNARY
from graphscope.readers.shapes.dimensions import broadcast
from graphscope.readers.tensorflow.shapes.call import OpCall, Rule, Shape, first

_KEEPING = names("""
    Identity Cast StopGradient PreventGradient ZerosLike OnesLike Softmax LogSoftmax Rsqrt BiasAdd
    BiasAddV1 ClipByValue Reverse ReverseV2 LRN FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars
    FakeQuantWithMinMaxVarsPerChannel Cumsum Cumprod Snapshot EnsureShape Roll MatrixInverse
    Cholesky PlaceholderWithDefault Enter Exit NextIteration LoopCond RefEnter RefExit
    RefNextIteration InvertPermutation FFT IFFT FFT2D IFFT2D FFT3D IFFT3D BatchFFT BatchIFFT
    MatrixBandPart BatchMatrixBandPart MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3
    MatrixExponential MatrixLogarithm MatrixSquareRoot CumulativeLogsumexp ReverseSequence
    QuantizeAndDequantize QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 QuantizeAndDequantizeV4
    RGBToHSV HSVToRGB AdjustContrastv2 AdjustHue AdjustSaturation DrawBoundingBoxes
    StringLower StringUpper StringStrip StringLength StringToNumber AsString RegexReplace
    StaticRegexReplace RegexFullMatch StaticRegexFullMatch StringToHashBucket
    StringToHashBucketFast StringToHashBucketStrong EncodeBase64 DecodeBase64 UnicodeTranscode
    UnicodeScript Print TensorScatterUpdate TensorScatterAdd TensorScatterSub TensorScatterMax
    TensorScatterMin DataFormatDimMap DataFormatVecPermute
    TanhGrad ReluGrad Relu6Grad LeakyReluGrad EluGrad SeluGrad SigmoidGrad SoftplusGrad
    SoftsignGrad RsqrtGrad SqrtGrad ReciprocalGrad InvGrad MaxPoolGrad LRNGrad
""")
_QUANTIZED = names("""
    QuantizeV2 Requantize QuantizeDownAndShrinkRange QuantizedRelu QuantizedRelu6 QuantizedReluX
    QuantizedBiasAdd QuantizedBatchNormWithGlobalNormalization
""")
"""Operations that keep a shape, and tell with two numbers what their result ranges over."""

_LISTS = names("""
    TensorListFromTensor TensorListReserve EmptyTensorList TensorListSetItem TensorListPushBack
    TensorListLength
""")

_UNEQUAL = frozenset({"Where", "LinSpace", "Select"})
"""Choices whose result has a shape of its own."""


def _keep(call: OpCall) -> Shape:
    return call.shape(0)


def _broadcast(call: OpCall) -> Shape:
    shape = call.shape(0)
    for port in range(1, len(call.shapes)):
        shape = broadcast(shape, call.shape(port))
    return shape


def _select(call: OpCall) -> Shape:
    # Its condition may be a vector that chooses among rows, which is not stretched to them.
    return call.shape(1)


def _quantize(call: OpCall) -> Sequence[Shape | None]:
    return [call.shape(0), (), ()]


def _keep_each(call: OpCall) -> Sequence[Shape | None]:
    return call.shapes


def _keep_for_all(call: OpCall) -> Sequence[Shape | None]:
    return [call.shape(0)] * call.count


def _scalar(_call: OpCall) -> Shape:
    return ()


def _merge(call: OpCall) -> Sequence[Shape | None]:
    known = next((shape for shape in call.shapes if shape is not None), None)
    return [known, ()]


def _normalize(call: OpCall) -> Sequence[Shape | None]:
    # The batch's mean and variance, twice, have the shape of the scale.
    return [call.shape(0), *[call.shapes[1] if len(call.shapes) > 1 else None] * 4]


RULES: dict[str, Rule] = {
    **dict.fromkeys((*UNARY, *_KEEPING), first(_keep)),
    **dict.fromkeys(
        [name for name in (*BINARY, *CHOICES) if name not in (*_UNEQUAL, *_KEEPING)],
        first(_broadcast),
    ),
    **dict.fromkeys(("AddN", "SquaredDifference"), first(_broadcast)),
    "Select": first(_select),
    **dict.fromkeys(_QUANTIZED, _quantize),
    "IdentityN": _keep_each,
    **dict.fromkeys(_LISTS, first(_scalar)),
    **dict.fromkeys(("Switch", "RefSwitch"), _keep_for_all),
    **dict.fromkeys(("Merge", "RefMerge"), _merge),
    **dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"), _normalize),
}
