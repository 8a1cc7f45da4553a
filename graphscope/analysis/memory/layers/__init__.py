"""Layers as the operations inside them, where a graph shows layers only; a table by class."""

from __future__ import annotations

from graphscope.analysis.costs.call import names
from graphscope.analysis.memory.expansion import Expand, Expansion
from graphscope.analysis.memory.layers.attention import attend, attend_directly
from graphscope.analysis.memory.layers.recurrent import GATES, recur, recur_both_ways, step_cell
from graphscope.analysis.memory.layers.simple import (
    activation_layer,
    convolve_separably,
    dropout,
    look_up,
    merge,
    normalize_batch,
    normalize_rows,
    product,
    single,
)

VIEW_LAYERS = frozenset(
    names("""
    InputLayer Identity Flatten Reshape ActivityRegularization Dropout AlphaDropout
    GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D SpatialDropout3D
    RandomBrightness RandomContrast RandomFlip RandomRotation RandomTranslation RandomZoom
""")
)
"""Layers that hand on what they are given, or do so at inference."""


def expand_layer(call: Expansion) -> tuple[int, ...]:
    """Write the steps of a layer call into its program and return its results."""
    hands_on = call.config.get("pass_through") or call.type in VIEW_LAYERS
    if call.inputs and hands_on and not (call.type in EXPANSIONS and call.is_training()):
        return tuple(
            call.step("Identity", [call.inputs[min(port, len(call.inputs) - 1)]], spec)
            for port, spec in enumerate(call.results)
        )
    expand = EXPANSIONS.get(call.type) if call.is_layer else None
    if expand is None or not call.inputs or not call.results:
        return call.assume()
    result = expand(call)
    # Further results (states of recurrent layers, masks) are tensors of their own.
    others = (
        call.program.add_step("Fill", [result], call.results[1:], node=call.node, loops=call.loops)
        if len(call.results) > 1
        else ()
    )
    return (result, *others)


def _time_distributed(call: Expansion) -> int:
    name, config = call.wrapped()
    return expand_layer(call.inner(name, config))[0]


def _by_rank(expand: Expand, *patterns: str) -> dict[str, Expand]:
    return {pattern.format(rank): expand for pattern in patterns for rank in "123"}


EXPANSIONS: dict[str, Expand] = {
    "Dense": product("MatMul"),
    "EinsumDense": product("Einsum"),
    **_by_rank(product("Conv2D"), "Conv{}D"),
    **_by_rank(product("Conv2DBackpropInput"), "Conv{}DTranspose"),
    **_by_rank(product("DepthwiseConv2dNative"), "DepthwiseConv{}D"),
    **_by_rank(convolve_separably, "SeparableConv{}D"),
    "Embedding": look_up,
    "ReversibleEmbedding": look_up,
    "PositionEmbedding": single("BroadcastTo"),
    "BatchNormalization": normalize_batch,
    "LayerNormalization": normalize_rows,
    "RMSNormalization": normalize_rows,
    "GroupNormalization": normalize_rows,
    "UnitNormalization": normalize_rows,
    **dict.fromkeys(
        names("""
    Dropout AlphaDropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D
    SpatialDropout3D
    """),
        dropout,
    ),
    "Activation": activation_layer,
    "ReLU": single("Relu"),
    "LeakyReLU": single("LeakyRelu"),
    "PReLU": single("LeakyRelu"),
    "ELU": single("Elu"),
    "Softmax": single("Softmax"),
    "Add": merge("AddV2"),
    "Subtract": merge("Sub"),
    "Average": merge("AddV2"),
    "Multiply": merge("Mul"),
    "Maximum": merge("Maximum"),
    "Minimum": merge("Minimum"),
    "Dot": single("BatchMatMulV2"),
    "Concatenate": single("ConcatV2"),
    "Permute": single("Transpose"),
    "RepeatVector": single("BroadcastTo"),
    **_by_rank(single("Pad"), "ZeroPadding{}D"),
    **_by_rank(single("Slice"), "Cropping{}D"),
    **_by_rank(single("ResizeNearestNeighbor"), "UpSampling{}D"),
    **_by_rank(single("MaxPool"), "MaxPooling{}D"),
    **_by_rank(single("AvgPool"), "AveragePooling{}D"),
    **_by_rank(single("Mean"), "GlobalAveragePooling{}D"),
    **_by_rank(single("Max"), "GlobalMaxPooling{}D"),
    "Masking": single("Mul"),
    "Rescaling": single("Mul"),
    "Normalization": single("Mul"),
    "Resizing": single("ResizeBilinear"),
    "CenterCrop": single("Slice"),
    "MultiHeadAttention": attend,
    "CachedMultiHeadAttention": attend,
    "GroupedQueryAttention": attend,
    "GroupQueryAttention": attend,
    "Attention": attend_directly,
    **dict.fromkeys(GATES, recur),
    **dict.fromkeys([f"{name}Cell" for name in GATES], step_cell),
    "Bidirectional": recur_both_ways,
    "TimeDistributed": _time_distributed,
}
"""How each class of layer is written down."""
