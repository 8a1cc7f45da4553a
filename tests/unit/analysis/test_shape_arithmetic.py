"""Size machinery is told from the model, and only where nothing else reads it."""

from __future__ import annotations

from graphscope.analysis.outline import fold
from graphscope.analysis.shape_arithmetic import find_shape_arithmetic
from tests.support.graphs import graph

FLATTEN = """
    x=Input[B,4,4]float32
    scope flatten:Flatten
    x -> flatten/Shape=Shape[3]int32
    flatten/Const=Const[1]int32
    flatten/Shape, flatten/Const -> flatten/StridedSlice=StridedSlice[]int32
    flatten/StridedSlice -> flatten/Pack=Pack[2]int32
    x -> flatten/Reshape=Reshape[B,16]float32
    flatten/Pack -> flatten/Reshape
    flatten/Reshape -> out=Relu[B,16]float32
"""


def test_shapes_for_a_reshape_are_size_machinery() -> None:
    assert find_shape_arithmetic(graph(FLATTEN)) == {
        "flatten/Shape",
        "flatten/StridedSlice",
        "flatten/Pack",
    }


def test_they_are_not_drawn() -> None:
    shown = {item.id for item in fold(graph(FLATTEN)).items}
    assert {"x", "flatten", "flatten/Reshape", "out"} <= shown
    assert "flatten/Pack" not in shown


def test_a_size_that_becomes_data_is_part_of_the_model() -> None:
    positions = graph(
        """
        tokens=Input[B,T]int32
        tokens -> Shape=Shape[2]int32
        Shape -> StridedSlice=StridedSlice[]int32
        StridedSlice -> AddV2=AddV2[]int32
        AddV2 -> Gather=GatherV2[8]float32
        """
    )
    assert find_shape_arithmetic(positions) == frozenset()


def test_a_size_that_a_call_returns_is_part_of_the_model() -> None:
    returned = graph(FLATTEN + "\n returns flatten flatten/Reshape, flatten/Pack")
    assert "flatten/Pack" not in find_shape_arithmetic(returned)
