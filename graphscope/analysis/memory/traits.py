"""What an operation does with memory: views, reuse, fusion, and what its gradient needs.

Types are those of TensorFlow, of JAX's primitives, of PyTorch's ATen (without underscores in front
and overloads), and of Keras operations. The gradients are the frameworks' own: those registered in
TensorFlow (`tensorflow/python/ops/{math,nn,array}_grad.py`), JAX's transposition and JVP rules
(`jax/_src/lax/lax.py`), PyTorch's `derivatives.yaml`; they agree for all operations named here.
"""

from __future__ import annotations

from graphscope.analysis.costs.call import names

LOSS = "Loss"
"""The step that stands for the loss of a model in training."""

VIEWS = frozenset(
    names("""
    Reshape Squeeze ExpandDims Identity IdentityN Snapshot StopGradient PreventGradient Bitcast
    EnsureShape Ravel View TensorListSetItem TensorListFromTensor TensorListGetItem Flatten
    reshape squeeze expand_dims stop_gradient bitcast_convert_type optimization_barrier name
    view unsafe_view reshape_alias unsqueeze detach alias lift_fresh scan_slice
""")
)
"""The result is the argument under another shape: no bytes of its own."""

STRIDED = frozenset(
    names("""
    permute transpose t expand select slice narrow split split_with_sizes unbind chunk as_strided
    diagonal movedim unfold
""")
)
"""Views in PyTorch, which runs operation by operation; what a compiler makes of them is stored or
fused as other operations are."""

COLLECTED = frozenset(names("scan_stack stack"))
"""Made at the end of a loop, of what every trip made."""

_ELEMENTWISE_SUM = names("""
    Add AddV2 Sub BiasAdd BiasAddV1 AddN Neg Subtract Negative add sub neg add_any add_ sub_ rsub
""")

_CHEAP = names("""
    Mul MulNoNan Maximum Minimum Relu Relu6 LeakyRelu Abs Sign Square SquaredDifference Select
    SelectV2 Where Cast Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr
    LogicalNot ClipByValue Clip Floor Ceil Round Rint Inv Reciprocal Multiply Absolute ZerosLike
    OnesLike FillLike BitwiseAnd BitwiseOr BitwiseXor Conj
    mul max min abs sign square select_n convert_element_type eq ne gt ge lt le and or not xor
    clamp floor ceil round integer_pow is_finite copy copy_p relu relu_ leaky_relu where clip
    hardtanh maximum minimum _to_copy to logical_and logical_or logical_not bitwise_and bitwise_or
    bitwise_not masked_fill fill_like clone threshold to_copy
""")

_EXPENSIVE = names("""
    Exp Expm1 Log Log1p Tanh Sigmoid Erf Erfc Sqrt Rsqrt Pow RealDiv Div DivNoNan FloorDiv FloorMod
    Sin Cos Tan Softplus Softsign Elu Selu Gelu Silu Celu Mish HardSigmoid HardSilu LogSigmoid
    TrueDivide Divide Power
    exp exp2 expm1 log log1p tanh logistic erf erfc erf_inv sqrt rsqrt cbrt pow div rem sin cos tan
    atan2 lgamma sigmoid silu gelu elu softplus mish hardswish hardsigmoid log_sigmoid reciprocal
    remainder floor_divide true_divide
""")

IN_PLACE = frozenset([*_ELEMENTWISE_SUM, *_CHEAP, *_EXPENSIVE, "Softmax", "LogSoftmax", LOSS])
"""The result may take over the memory of an argument of its size that nobody needs any more."""

EXPENSIVE = frozenset(_EXPENSIVE)
"""A compiler computes it once and keeps the result where several operations want it."""

_REDUCTIONS = names("""
    Sum Mean Prod Max Min All Any ArgMax ArgMin Var Std Logsumexp BiasAddGrad
    reduce_sum reduce_max reduce_min reduce_prod reduce_and reduce_or argmax argmin
    sum mean amax amin var
""")

REDUCTIONS = frozenset(_REDUCTIONS)
"""A compiler reads through them: what is computed for them alone is never stored."""

_REARRANGED = names("""
    Fill BroadcastTo Transpose Pad PadV2 MirrorPad Slice StridedSlice Concat ConcatV2 Concatenate
    Tile Range Reverse ReverseV2 OneHot Pack Stack Unpack Split SplitV
    broadcast_in_dim transpose pad slice dynamic_slice concatenate iota rev split squeeze
    GatherV2 Gather gather
""")

TWICE = frozenset(names("Sigmoid Tanh sigmoid tanh logistic"))
"""JAX's derivative of y is made of y and 1 - y; where a loop keeps it, both are stored."""

FUSED = frozenset([*_ELEMENTWISE_SUM, *_CHEAP, *_EXPENSIVE, *_REARRANGED, *VIEWS])
"""A compiler computes it inside whatever uses it, unless that is a product or a convolution."""

HANDS_ON = frozenset(
    [*names("Add AddV2 BiasAdd BiasAddV1 AddN add add_ add_any"), *VIEWS, "StopGradient"]
)
"""The gradient of an argument is that of the result, with no bytes of its own."""

PRODUCTS = frozenset(
    names("""
    MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 Einsum Matmul Dot Tensordot Outer Inner
    Mul MulNoNan Multiply Conv Conv1D Conv2D Conv3D DepthwiseConv DepthwiseConv2dNative
    SeparableConv ConvTranspose Conv2DBackpropInput Conv3DBackpropInputV2
    DepthwiseConv2dNativeBackpropInput
    mul dot_general conv_general_dilated dot mm bmm addmm baddbmm matmul convolution conv2d linear
    einsum scaled_dot_product_attention addcmul outer
""")
)
"""The gradient of one factor needs the others."""

BOTH = frozenset(
    names("""
    RealDiv Div DivNoNan TrueDivide Divide Pow Power Maximum Minimum SquaredDifference Atan2
    FloorMod div pow atan2 max min maximum minimum MaxPool MaxPoolV2 MaxPool3D MaxPoolWithArgmax
    reduce_window_max max_pool2d_with_indices max_pool2d
""")
)
"""The gradient needs all arguments; that of a maximum over windows also the result."""

WINDOW_MAXIMA = frozenset(
    names("""
    MaxPool MaxPoolV2 MaxPool3D Max Min Amax Amin reduce_max reduce_min amax amin
    reduce_window_max
""")
)
"""The gradient needs the result as well, to find where it came from."""

BY_ARGUMENT = frozenset(
    names("""
    Square Log Log1p Abs Absolute Sin Cos Tan Erf Erfc Softplus Softsign Relu6 LeakyRelu Prod
    ClipByValue Clip Sign Max Min Amax Amin Cumprod FusedBatchNormV3 L2Loss EuclideanNorm
    Lgamma Digamma Gelu Silu Celu Mish HardSigmoid HardSilu LogSigmoid Logsumexp Var Std
    LRN TopK TopKV2 Sort
    square log log1p abs sin cos tan erf erfc sign integer_pow reduce_max reduce_min reduce_prod
    amax amin var clamp cumprod lgamma digamma erf_inv softplus gelu silu elu mish hardswish
    hardsigmoid hardtanh leaky_relu log_sigmoid native_layer_norm native_batch_norm
    native_group_norm log_sigmoid_forward relu6 logsumexp norm std var_mean
""")
)
"""The gradient needs the argument."""

BY_RESULT = frozenset(
    names("""
    Relu Tanh Sigmoid Exp Expm1 Sqrt Rsqrt Inv Reciprocal Softmax LogSoftmax Elu Selu
    relu relu_ tanh logistic sigmoid exp exp2 expm1 sqrt rsqrt cbrt reciprocal softmax log_softmax
    Cholesky cholesky MatrixInverse
    SparseSoftmaxCrossEntropyWithLogits
""")
)
"""The gradient needs the result."""

BY_SELECTOR = frozenset(
    names("""
    Select SelectV2 Where GatherV2 Gather GatherNd Take TakeAlongAxis ResourceGather
    UnsortedSegmentSum select_n gather where embedding index index_select masked_fill
    dynamic_slice scatter-add
""")
)
"""The gradient needs the condition or the indices, not the values."""

NOTHING_KEPT = frozenset(
    [
        *names("""
    AvgPool AvgPool3D AveragePool Cumsum Sum Mean BiasAddGrad ResizeBilinear ResizeNearestNeighbor
    ResizeBicubic SpaceToDepth DepthToSpace SpaceToBatchND BatchToSpaceND MatrixBandPart
    TensorListReserve TensorListStack AdaptiveAveragePool Floor Round Ceil Cast Select Real Imag
    ConcatV2 ExtractImagePatches Diag DiagPart MatrixDiagV3 MatrixDiagPartV3 Rounding Trace
    reduce_sum reduce_window_sum reduce_precision cumsum sum mean avg_pool2d cat stack roll flip
    rev constant_pad_nd upsample_nearest2d upsample_bilinear2d adaptive_avg_pool2d copysign
    scan_stack convert_element_type to_copy real imag tril triu Tril Triu scatter clone contiguous
    dynamic_update_slice
    select_and_gather_add reduce_window squeeze Roll Flip Repeat Moveaxis Swapaxes
    repeat RandomUniform StatelessRandomUniformV2 GetItem
    """),
        *_ELEMENTWISE_SUM,
        *_REARRANGED,
        *VIEWS,
        *STRIDED,
        *COLLECTED,
    ]
)
"""The gradient needs shapes alone."""


def is_known(type_: str) -> bool:
    """Whether it is known what the gradient of an operation needs."""
    return any(
        type_ in group
        for group in (PRODUCTS, BOTH, BY_ARGUMENT, BY_RESULT, BY_SELECTOR, NOTHING_KEPT)
    )
