"""Input shapes as users write them."""

from __future__ import annotations

import pytest

from graphscope.errors import TargetError
from graphscope.graph import TensorSpec
from graphscope.session.input_shapes import combine_inputs, parse_input_shape


@pytest.mark.parametrize(
    ("text", "name", "shape", "dtype"),
    [
        ("28,28,1", "", ("B", 28, 28, 1), "float32"),
        (" ( 28, None , ? ,) ", "", ("B", 28, None, None), "float32"),
        ("8", "", ("B", 8), "float32"),
        ("()", "", ("B",), "float32"),
        ("tokens=128:int32", "tokens", ("B", 128), "int32"),
        ("image = 8,8,3 : uint8", "image", ("B", 8, 8, 3), "uint8"),
    ],
)
def test_forms(text: str, name: str, shape: tuple[object, ...], dtype: str) -> None:
    given = parse_input_shape(text)
    assert given.name == name
    assert given.spec == TensorSpec(shape, dtype)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("=3", "is not an input shape"),
        ("a=b=3", "is not an input shape"),
        ("3,x", "'x', in the input shape '3,x', is not a size"),
        ("3,-1", "'-1', in the input shape"),
        ("3,,4", "'', in the input shape"),
        ("3.5", "is not a size"),
        ("²", "is not a size"),
        ("3:float", "'float', in the input shape '3:float', is not a dtype"),
        ("(3", "is not a size"),
    ],
)
def test_other_forms_are_explained(text: str, message: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_input_shape(text)
    assert message in str(caught.value)


def test_structures() -> None:
    one, two = parse_input_shape("1"), parse_input_shape("2")
    left, right = parse_input_shape("left=1"), parse_input_shape("right=2")
    assert combine_inputs([]) is None
    assert combine_inputs([one]) == one.spec
    assert combine_inputs([one, two]) == [one.spec, two.spec]
    assert combine_inputs([left]) == {"left": left.spec}
    assert combine_inputs([left, right]) == {"left": left.spec, "right": right.spec}
    with pytest.raises(TargetError, match="Name all of them, or none"):
        combine_inputs([one, right])
    with pytest.raises(TargetError, match="the same name"):
        combine_inputs([left, left])
