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
        mm bmm addmm baddbmm addmv mv ger scaled_dot_product_flash_attention_for_cpu
        scaled_dot_product_flash_attention scaled_dot_product_efficient_attention
        convolution_backward
        ragged_dot_general
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
        rsub addcmul addcdiv lerp fmod remainder eq ne lt le gt ge isfinite isinf
        isnan bitwise_not bitwise_left_shift bitwise_right_shift clamp
        clamp_min clamp_max sgn masked_fill to_copy
        and or xor not rem cbrt integer_pow is_finite erf_inv select_n convert_element_type add_any
        shift_left shift_right_logical shift_right_arithmetic reduce_precision
    """,
    "reduction": """
        Sum Mean Max Min Prod Any All Amax Amin ArgMax ArgMin Cumsum Cumprod Cumulative Logsumexp
        ReduceLogsumexp CumulativeLogsumexp Std Var Moments CountNonzero EuclideanNorm Norm L2Loss
        AvgPool MaxPool AveragePool AveragePooling MaxPooling MaxPoolWithArgmax
        GlobalAveragePooling GlobalMaxPooling AdaptiveAveragePooling AdaptiveMaxPooling
        AdaptiveAveragePool AdaptiveMaxPool TopK Sort Argsort Bincount SegmentSum SegmentMax
        UnsortedSegmentSum UnsortedSegmentMax Nanmean Nansum Nanmax Median Quantile
        var_mean std_mean max_pool2d_with_indices max_pool3d_with_indices cummax cummin
        linalg_vector_norm index_add scatter_reduce
        reduce_sum reduce_max reduce_min reduce_prod reduce_and reduce_or reduce_window_sum
        reduce_window_max reduce_window_min cumlogsumexp select_and_scatter_add scatter_add
    """,
    "activation": """
        Activation Relu ReLU LeakyRelu LeakyReLU PReLU ELU Elu Selu Celu Gelu Silu Swish HardSilu
        HardSwish HardSigmoid HardTanh HardShrink SoftShrink TanhShrink SparsePlus SparseSigmoid
        Sigmoid LogSigmoid Tanh Softmax LogSoftmax Softplus Softsign Squareplus Mish Glu
        Sparsemax ThresholdedReLU Threshold Softmin
        hardtanh hardswish hardsigmoid log_sigmoid_forward
        logistic
    """,
    "normalization": """
        BatchNormalization LayerNormalization GroupNormalization RMSNormalization
        UnitNormalization SpectralNormalization Normalization InstanceNormalization FusedBatchNorm
        FusedBatchNormGrad LRN BatchNorm LayerNorm Normalize RMSNorm ReversibleInstanceNormalization
        LayerScale GlobalResponseNormalization
        native_layer_norm native_group_norm native_batch_norm
        native_batch_norm_legit native_batch_norm_legit_no_training
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
        view unsafe_view t unsqueeze expand cat unbind split_with_sizes narrow
        as_strided alias detach clone contiguous constant_pad_nd reflection_pad2d im2col col2im
        index index_select index_put upsample_nearest2d upsample_bilinear2d upsample_bicubic2d
        zeros ones full empty new_zeros new_ones new_empty full_like empty_like scalar_tensor
        arange updated
        broadcast_in_dim bitcast_convert_type iota rev scan_slice scan_stack sharding_constraint
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
        normal rand randn uniform bernoulli randint native_dropout
        random_bits random_wrap random_unwrap random_seed random_split random_fold_in threefry2x32
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
        jit pjit custom_jvp_call custom_vjp_call checkpoint remat optimization_barrier
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
