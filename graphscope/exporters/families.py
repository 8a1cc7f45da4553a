"""Families of operations: which colour a type gets. A table, nothing is guessed from parts of a
name; a type that is not in it is `other`.
"""

from __future__ import annotations

import re
from functools import cache

FAMILIES = (
    "input",
    "matmul",
    "elementwise",
    "reduction",
    "activation",
    "normalization",
    "movement",
    "embedding",
    "regularization",
    "recurrent",
    "control",
    "other",
)

_TYPES = {
    "input": "Input InputLayer Placeholder PlaceholderWithDefault",
    "matmul": """
        MatMul BatchMatMul SparseMatMul SparseTensorDenseMatMul Einsum XlaEinsum Tensordot Dot
        DotGeneral Inner Outer Vdot Kron Dense EinsumDense Conv ConvTranspose DepthwiseConv
        DepthwiseConvNative SeparableConv ConvBackpropInput ConvBackpropFilter
        DepthwiseConvNativeBackpropInput DepthwiseConvNativeBackpropFilter ConvGeneralDilated
        Convolution Linear MultiHeadAttention GroupedQueryAttention GroupQueryAttention Attention
        AdditiveAttention CachedMultiHeadAttention DotProductAttention Dilation
    """,
    "elementwise": """
        Add AddN AccumulateN BiasAdd Sub Subtract Mul Multiply Div Divide RealDiv TrueDivide
        FloorDiv FloorDivide FloorMod Mod DivNoNan MulNoNan Maximum Minimum Average Pow Power Square
        SquaredDifference Sqrt Rsqrt Reciprocal Exp Expm1 Log Log1p Neg Negative Abs Absolute Sign
        Floor Ceil Round Rint Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Erf Erfc
        Erfinv Cast Equal NotEqual Less LessEqual Greater GreaterEqual LogicalAnd LogicalOr
        LogicalNot LogicalXor IsNan IsInf IsFinite Select Where ClipByValue Clip Rescaling
        BitwiseAnd BitwiseOr BitwiseXor Invert ZerosLike OnesLike NextAfter LGamma Digamma
        ReluGrad SigmoidGrad TanhGrad RsqrtGrad SqrtGrad BiasAddGrad
    """,
    "reduction": """
        Sum Mean Max Min Prod Any All Amax Amin ArgMax ArgMin Cumsum Cumprod Cumulative Logsumexp
        ReduceLogsumexp CumulativeLogsumexp Std Var Moments CountNonzero EuclideanNorm Norm L2Loss
        AvgPool MaxPool AveragePool AveragePooling MaxPooling MaxPoolWithArgmax
        GlobalAveragePooling GlobalMaxPooling AdaptiveAveragePooling AdaptiveMaxPooling
        AdaptiveAveragePool AdaptiveMaxPool TopK Sort Argsort Bincount SegmentSum SegmentMax
        UnsortedSegmentSum UnsortedSegmentMax Nanmean Nansum Nanmax Median Quantile
    """,
    "activation": """
        Activation Relu ReLU LeakyRelu LeakyReLU PReLU ELU Elu Selu Celu Gelu Silu Swish HardSilu
        HardSwish HardSigmoid HardTanh HardShrink SoftShrink TanhShrink SparsePlus SparseSigmoid
        Sigmoid LogSigmoid Tanh Softmax LogSoftmax Softplus Softsign Squareplus Mish Glu
        Sparsemax ThresholdedReLU Threshold Softmin
    """,
    "normalization": """
        BatchNormalization LayerNormalization GroupNormalization RMSNormalization
        UnitNormalization SpectralNormalization Normalization InstanceNormalization FusedBatchNorm
        FusedBatchNormGrad LRN BatchNorm LayerNorm Normalize RMSNorm ReversibleInstanceNormalization
        LayerScale GlobalResponseNormalization
    """,
    "movement": """
        Reshape Flatten Transpose Permute Squeeze ExpandDims Concat Concatenate Stack Pack
        Unpack Unstack Split SplitV Slice StridedSlice GetItem Pad MirrorPad ZeroPadding
        Cropping UpSampling ResizeBilinear ResizeNearestNeighbor ResizeBicubic Resize Resizing
        ResizeArea Image CropAndResize Tile BroadcastTo BroadcastArgs Repeat RepeatVector Reverse
        ReverseSequence Roll Flip Rot90 Gather GatherNd TakeAlongAxis Take Scatter
        ScatterNd TensorScatterUpdate TensorScatterAdd DynamicSlice DynamicUpdateSlice
        DynamicStitch DynamicPartition SpaceToDepth DepthToSpace SpaceToBatchND BatchToSpaceND
        Shape ShapeN Size Rank Range Fill Identity IdentityN Snapshot StopGradient
        PreventGradient EnsureShape Copy Swapaxes Moveaxis MatrixDiag MatrixBandPart
        MatrixSetDiag Diag Tril Triu Meshgrid Linspace Ravel CenterCrop
        TensorListFromTensor TensorListReserve TensorListGetItem TensorListSetItem
        TensorListStack TensorListLength TensorListPushBack TensorListPopBack EmptyTensorList
        TensorListElementShape
    """,
    "embedding": """
        Embedding ReversibleEmbedding TokenAndPositionEmbedding PositionEmbedding
        SinePositionEncoding RotaryEmbedding ResourceGather OneHot CategoryEncoding Hashing
        StringLookup IntegerLookup TextVectorization Discretization HashedCrossing
        PatchingAndEmbedding
    """,
    "regularization": """
        Dropout SpatialDropout AlphaDropout GaussianDropout GaussianNoise ActivityRegularization
        StochasticDepth DropPath DropBlock RandomUniform RandomNormal RandomStandardNormal
        TruncatedNormal RandomUniformInt StatelessRandomUniform StatelessRandomNormal
        StatelessRandomGetKeyCounter StatelessRandomGetKeyCounterAlg StatelessRandomGetAlg
        StatelessTruncatedNormal Multinomial StatelessMultinomial RandomShuffle RandomFlip
        RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness RandomCrop
    """,
    "recurrent": """
        LSTM GRU SimpleRNN RNN Bidirectional TimeDistributed LSTMCell GRUCell SimpleRNNCell
        StackedRNNCells ConvLSTM ConvLSTMCell CudnnRNN BlockLSTM GRUBlockCell
    """,
    "control": """
        While StatelessWhile If StatelessIf Case StatelessCase For Cond WhileLoop Scan ForiLoop
        PartitionedCall StatefulPartitionedCall Switch Merge Enter Exit NextIteration LoopCond
        NoOp Assert Print Lambda Masking AssignVariableOp AssignAddVariableOp
        AssignSubVariableOp ReadVariableOp VarHandleOp SymbolicGradient
    """,
}
_DIMENSIONS = re.compile(r"\dd")
_VERSION = re.compile(r"v?\d+$")


@cache
def family_of(type_: str) -> str:
    """Return the family of a type: a class of a layer or the name of an operation.

    Case, separators, dimensions (`2D`) and versions (`V2`) make no difference.

    >>> family_of("Conv2DTranspose"), family_of("AddV2"), family_of("MyBlock")
    ('matmul', 'elementwise', 'other')
    """
    table = _table()
    letters = _letters(type_)
    plain = _DIMENSIONS.sub("", letters)
    found = (table.get(key) for key in (letters, plain, _VERSION.sub("", plain)))
    return next(filter(None, found), "other")


@cache
def _table() -> dict[str, str]:
    return {_letters(type_): family for family, types in _TYPES.items() for type_ in types.split()}


def _letters(type_: str) -> str:
    return "".join(letter for letter in type_ if letter.isalnum()).lower()
