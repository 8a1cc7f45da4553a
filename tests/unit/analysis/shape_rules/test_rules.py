"""What operations and layers make of open sizes, by their types and attributes alone."""

from __future__ import annotations

from typing import Any

import pytest

from graphscope.analysis.shape_rules import SizedCall, propose_shape, propose_spatial_sizes
from graphscope.graph import Dimension

IMAGE = ("B", "H", "W", 3)
KERNEL = (3, 3, 3, 8)
STEPS = {"strides": [1, 2, 2, 1], "data_format": "NHWC"}
FIRST = {"stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "output_padding": [0, 0]}
ORDER = {"lhs_spec": [0, 3, 1, 2], "rhs_spec": [3, 2, 0, 1], "out_spec": [0, 3, 1, 2]}
DILATED = {"window_strides": [2, 2], "lhs_dilation": [1, 1], "rhs_dilation": [1, 1]}

Shape = tuple[Dimension, ...]


@pytest.mark.parametrize(
    ("type_", "arguments", "attributes", "expected"),
    [
        ("Conv2D", (IMAGE, KERNEL), STEPS | {"padding": "SAME"}, ("ceil(H/2)", "ceil(W/2)")),
        ("Conv2D", (IMAGE, KERNEL), STEPS | {"padding": "VALID"}, ("ceil(H/2)-1", "ceil(W/2)-1")),
        (
            "Conv2D",
            (IMAGE, KERNEL),
            STEPS | {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 1, 2, 1, 0, 0]},
            ("ceil(H/2)", "floor(W/2)+1"),
        ),
        (
            "Conv2D",
            (IMAGE, KERNEL),
            {"strides": [1, 1, 1, 1], "padding": "VALID", "dilations": [1, 2, 3, 1]},
            ("H-4", "W-6"),
        ),
        (
            "MaxPool",
            (IMAGE,),
            STEPS | {"padding": "VALID", "ksize": [1, 2, 2, 1]},
            ("floor(H/2)", "floor(W/2)"),
        ),
        ("SpaceToDepth", (IMAGE,), {"block_size": 2}, ("floor(H/2)", "floor(W/2)")),
        ("DepthToSpace", (("B", "H", "W", 8),), {"block_size": 2}, ("2H", "2W")),
    ],
)
def test_tensorflow(
    type_: str, arguments: tuple[Shape, ...], attributes: dict[str, Any], expected: Shape
) -> None:
    found = propose_shape(SizedCall(type_, arguments, attributes))
    assert found is not None
    assert found[1:3] == expected


@pytest.mark.parametrize(
    ("bounds", "masks", "expected"),
    [
        (([0, 0], [0, 0], [1, 2]), {"begin_mask": 3, "end_mask": 3}, ("B", "ceil(T/2)", 8)),
        (([0, 1], [0, -1], [1, 1]), {"begin_mask": 1, "end_mask": 1}, ("B", "T-2", 8)),
        (
            ([0, -5], [0, 0], [1, 1]),
            {"begin_mask": 1, "end_mask": 3, "ellipsis_mask": 0},
            ("B", 5, 8),
        ),
        (([0, 0], [0, 1], [1, 1]), {"ellipsis_mask": 1, "shrink_axis_mask": 2}, ("B", "T")),
        (([0, 0], [0, 0], [1, 1]), {"new_axis_mask": 1, "begin_mask": 2, "end_mask": 2}, (1, "B")),
        (([0, 0], [0, 0], [1, -1]), {"begin_mask": 3, "end_mask": 3}, ("B", "T", 8)),
    ],
)
def test_slices_of_tensorflow(
    bounds: tuple[list[int], ...], masks: dict[str, int], expected: Shape
) -> None:
    constants = dict(enumerate(bounds, 1))
    call = SizedCall("StridedSlice", (("B", "T", 8),), masks, constants)
    found = propose_shape(call)
    assert found is not None
    assert found[: len(expected)] == expected


@pytest.mark.parametrize(
    ("type_", "arguments", "attributes", "expected"),
    [
        (
            "convolution",
            (("B", 3, "H", "W"), (8, 3, 3, 3)),
            FIRST | {"transposed": False},
            ("B", None, "ceil(H/2)", "ceil(W/2)"),
        ),
        (
            "convolution",
            (("B", 3, "H", "W"), (3, 8, 3, 3)),
            FIRST | {"transposed": True},
            ("B", None, "2H-1", "2W-1"),
        ),
        (
            "max_pool2d_with_indices",
            (("B", 3, "H", "W"),),
            {"kernel_size": [2, 2], "stride": [2, 2]},
            ("B", 3, "floor(H/2)", "floor(W/2)"),
        ),
        ("slice", (("B", "T", 4),), {"dim": 1, "start": 1, "end": -1}, ("B", "T-2", 4)),
        (
            "conv_general_dilated",
            (IMAGE, KERNEL),
            DILATED | {"dimension_numbers": ORDER, "padding": [[1, 1], [0, 0]]},
            (None, "ceil(H/2)", "ceil(W/2)-1", None),
        ),
        (
            "reduce_window_max",
            (IMAGE,),
            {
                "window_dimensions": [1, 2, 2, 1],
                "window_strides": [1, 2, 2, 1],
                "padding": [[0, 0]] * 4,
            },
            ("B", "floor(H/2)", "floor(W/2)", 3),
        ),
        (
            "slice",
            (("B", "T"),),
            {"start_indices": [0, 1], "limit_indices": ["B", "T-1"], "strides": [1, 2]},
            ("B", "ceil(T/2)-1"),
        ),
    ],
)
def test_jax_and_torch(
    type_: str, arguments: tuple[Shape, ...], attributes: dict[str, Any], expected: Shape
) -> None:
    assert propose_shape(SizedCall(type_, arguments, attributes)) == expected


@pytest.mark.parametrize(
    ("class_name", "config", "expected"),
    [
        (
            "Conv2D",
            {"kernel_size": [3, 3], "strides": [2, 1], "padding": "same"},
            ("ceil(H/2)", "W"),
        ),
        ("Conv2D", {"kernel_size": 3, "padding": "valid"}, ("H-2", "W-2")),
        (
            "DepthwiseConv2D",
            {"kernel_size": 3, "padding": "valid", "dilation_rate": 2},
            ("H-4", "W-4"),
        ),
        ("Conv2DTranspose", {"kernel_size": 2, "strides": 2, "padding": "valid"}, ("2H", "2W")),
        ("Conv2DTranspose", {"kernel_size": 3, "strides": 2, "padding": "same"}, ("2H", "2W")),
        ("Conv2DTranspose", {"kernel_size": 3, "output_padding": 1}, None),
        ("AveragePooling2D", {"padding": "valid"}, ("floor(H/2)", "floor(W/2)")),
        ("UpSampling2D", {"size": [2, 3]}, ("2H", "3W")),
        ("ZeroPadding2D", {"padding": [[1, 2], [0, 0]]}, ("H+3", "W")),
        ("Cropping2D", {"cropping": 1}, ("H-2", "W-2")),
        ("Conv1D", {"kernel_size": 3}, None),
        ("Dense", {}, None),
        ("Conv2D", {"kernel_size": "wide"}, None),
    ],
)
def test_layers(class_name: str, config: dict[str, Any], expected: Shape | None) -> None:
    assert propose_spatial_sizes(class_name, config, IMAGE) == expected


@pytest.mark.parametrize(
    "call",
    [
        SizedCall("Conv2D"),
        SizedCall("Conv2D", (IMAGE, KERNEL), {"strides": "wide"}),
        SizedCall("StridedSlice", (IMAGE,), {}, {3: [1]}),
        SizedCall("conv_general_dilated", (IMAGE, KERNEL), {"dimension_numbers": 3}),
        SizedCall("Unheard", (IMAGE,)),
    ],
)
def test_what_is_not_said_has_no_size(call: SizedCall) -> None:
    assert propose_shape(call) is None
