"""Shape rules of operations, one line each."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import pytest

from graphscope.readers.shapes.dimensions import IncompatibleError
from graphscope.readers.tensorflow.shapes import (
    RULES,
    OpCall,
    Shape,
    follow_contents,
    follow_list,
    follow_outputs,
    infer_shapes,
    take_element,
)

CASES = [
    ("Relu", [("B", 4)], [], {}, ("B", 4)),
    ("AddV2", [("B", 1, 4), (3, 1)], [], {}, ("B", 3, 4)),
    ("MatMul", [("B", 8), (8, 4)], [], {}, ("B", 4)),
    ("MatMul", [("B", 8), (4, 8)], [], {"transpose_b": True}, ("B", 4)),
    ("BatchMatMulV2", [("B", 2, "T", 8), (8, 3)], [], {"adj_y": False}, ("B", 2, "T", 3)),
    ("Einsum", [("B", "T", 8), (8, 2, 4)], [], {"equation": "abc,cde->abde"}, ("B", "T", 2, 4)),
    ("Einsum", [("B", "T", 8), (8, 4)], [], {"equation": "...x,xy->...y"}, ("B", "T", 4)),
    ("Reshape", [("B", "T", 8)], [None, (-1, 8)], {}, ("BT", 8)),
    ("Reshape", [("B", 4, 4)], [None, ("B", -1)], {}, ("B", 16)),
    ("Transpose", [("B", "T", 8)], [None, (1, 0, 2)], {}, ("T", "B", 8)),
    ("ExpandDims", [("B", 8)], [None, 1], {}, ("B", 1, 8)),
    ("Squeeze", [("B", 1, 8)], [], {"squeeze_dims": [1]}, ("B", 8)),
    ("ConcatV2", [("B", 3), ("B", "N")], [None, None, -1], {}, ("B", "N+3")),
    ("Pack", [(4,), (4,)], [], {"axis": 1}, (4, 2)),
    ("Slice", [("B", 8)], [None, (0, 2), ("B", -1)], {}, ("B", 6)),
    ("Tile", [("B", 3)], [None, (1, 2)], {}, ("B", 6)),
    ("Pad", [("B", 8)], [None, (0, 0, 1, 2)], {}, ("B", 11)),
    ("Fill", [], [("B", 6)], {}, ("B", 6)),
    ("GatherV2", [(100, 8), ("B", "T")], [None, None, 0], {"batch_dims": 0}, ("B", "T", 8)),
    ("OneHot", [("B", "T")], [None, 10], {"axis": -1}, ("B", "T", 10)),
    ("Mean", [("B", "H", "W", 3)], [None, (1, 2)], {"keep_dims": False}, ("B", 3)),
    ("Sum", [("B", 8)], [None, -1], {"keep_dims": True}, ("B", 1)),
    ("ArgMax", [("B", 8)], [None, 1], {}, ("B",)),
    ("Range", [], [0, "T", 1], {}, ("T",)),
    ("ResizeBilinear", [("B", 8, 8, 3)], [None, (16, 16)], {}, ("B", 16, 16, 3)),
    ("Conv2DBackpropInput", [], [("B", 16, 16, 4)], {}, ("B", 16, 16, 4)),
]


@pytest.mark.parametrize(("type_", "shapes", "contents", "settings", "expected"), CASES)
def test_a_rule_gives_the_shape(
    type_: str,
    shapes: list[Shape],
    contents: list[object],
    settings: dict[str, object],
    expected: Shape,
) -> None:
    width = max(len(shapes), len(contents))
    call = OpCall(
        type_,
        shapes + [()] * (width - len(shapes)),
        contents + [None] * (width - len(contents)),  # type: ignore[arg-type]
        settings,
        1,
    )
    assert list(infer_shapes(call)) == [expected]


@pytest.mark.parametrize(
    ("type_", "shapes", "contents"),
    [
        ("Reshape", [("B", 8), None], [None, None]),
        ("Transpose", [("B", 8), (2,)], [None, (None, 0)]),
        ("MatMul", [None, (8, 4)], [None, None]),
        ("NoSuchOperation", [("B",)], [None]),
    ],
)
def test_what_is_not_known_is_not_guessed(
    type_: str, shapes: list[Shape | None], contents: list[object]
) -> None:
    call = OpCall(type_, shapes, contents, {}, 1)  # type: ignore[arg-type]
    assert list(infer_shapes(call)) in ([], [None])


def test_sizes_are_followed_through_small_tensors() -> None:
    def follow(type_: str, shapes: list[Shape], contents: list[object], **settings: int) -> object:
        return follow_contents(OpCall(type_, shapes, contents, settings, 1))  # type: ignore[arg-type]

    assert follow("Shape", [("B", "T", 8)], [None]) == ("B", "T", 8)
    sliced = [("B", "T", 8), (0,), (2,), (1,)]
    assert follow("StridedSlice", [(3,), (1,), (1,), (1,)], sliced) == ("B", "T")
    assert follow("Pack", [(), ()], ["B", 6]) == ("B", 6)
    assert follow("ConcatV2", [(1,), (2,), ()], [("B",), (3, 4), 0]) == ("B", 3, 4)
    assert follow("Prod", [(2,), (1,)], [("B", 4), (0,)]) == "4B"
    assert follow("FloorDiv", [(), ()], ["T", 2]) == "floor(T/2)"
    assert follow("GatherV2", [(3,), (1,), ()], [("B", "T", 8), (2,), 0]) == (8,)
    assert follow("Exp", [(3,)], [(1, 2, 3)]) is None


SETTINGS = ("axis", "keep_dims", "num_elements", "batch_dims", "num_sparse", "dense_shapes")
SETTINGS += ("element_shape", "squeeze_dims", "padding", "strides", "ksize", "data_format")
SETTINGS += ("shrink_axis_mask", "begin_mask", "equation", "pad_to_max_output_size")
VALUES = (
    0,
    1,
    -1,
    True,
    "NCHW",
    "SAME",
    "...a,ab->...b",
    [1, 2, 2, 1],
    [[1], None],
    ["x"],
    3.5,
    [],
)
LISTS = (
    "TensorListReserve",
    "TensorListStack",
    "TensorListSetItem",
    "TensorArrayGatherV3",
    "Merge",
)


def odd_calls(count: int) -> list[OpCall]:
    """Operations as damaged files have them: too few inputs, settings of the wrong kind."""
    dice = random.Random(7)

    def size() -> Any:
        return dice.choice([None, 0, 1, 2, 3, "B", "T"])

    def shape() -> Any:
        return dice.choice([None, *[tuple(size() for _ in range(rank)) for rank in range(5)]])

    def content() -> Any:
        return dice.choice([None, size(), -1, tuple(size() for _ in range(dice.choice([0, 1, 4])))])

    types = [*RULES, *LISTS, "Prod", "Range", "Unpack", "ShapeN"]
    calls = []
    for _ in range(count):
        inputs = range(dice.choice([0, 1, 2, 3, 5]))
        names = dice.sample(SETTINGS, dice.choice([0, 3, 8]))
        calls.append(
            OpCall(
                dice.choice(types),
                [shape() for _ in inputs],
                [content() for _ in inputs],
                {name: dice.choice(VALUES) for name in names},
                dice.choice([0, 1, 3]),
            )
        )
    return calls


def test_rules_take_whatever_a_damaged_file_gives() -> None:
    for call in odd_calls(6_000):
        with suppress(IncompatibleError):
            infer_shapes(call)
        follow_contents(call)
        follow_outputs(call)
        lists = [None] * len(call.shapes)
        follow_list(call, lists)
        take_element(call, lists)
