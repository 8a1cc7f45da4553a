"""Shape rules where reading them as examples says more than comparing them with Keras."""

from __future__ import annotations

from typing import Any

import pytest

from graphscope.errors import ReadError
from graphscope.readers.shapes import IncompatibleError, infer_shapes
from graphscope.readers.shapes.dimensions import broadcast, slide
from graphscope.readers.shapes.settings import Settings


def infer(class_name: str, *inputs: Any, operation: bool = False, **config: Any) -> Any:
    return infer_shapes(
        Settings("made", class_name, config), inputs, arguments={}, operation=operation
    )


@pytest.mark.parametrize(
    ("class_name", "config", "shape", "expected"),
    [
        ("Dense", {"units": 3}, ("B", 5, 4), ("B", 5, 3)),
        ("Conv2D", {"filters": 8, "kernel_size": 3}, ("B", 28, None, 1), ("B", 26, None, 8)),
        ("Flatten", {}, ("B", 3, None), ("B", None)),
        ("Flatten", {}, ("B",), ("B", 1)),
        ("Reshape", {"target_shape": [-1, 2]}, ("B", 6), ("B", 3, 2)),
        ("Permute", {"dims": [2, 1]}, ("B", 3, 4), ("B", 4, 3)),
        ("UpSampling2D", {"size": [2, 3]}, ("B", 4, 4, 1), ("B", 8, 12, 1)),
        ("ZeroPadding1D", {"padding": [1, 2]}, ("B", 4, 1), ("B", 7, 1)),
        ("Embedding", {"output_dim": 4}, ("B", None), ("B", None, 4)),
        ("LSTM", {"units": 3, "return_sequences": True}, ("B", None, 4), ("B", None, 3)),
        ("Lambda", {"output_shape": [3, None]}, ("B", 4), ("B", 3, None)),
    ],
)
def test_one_input(class_name: str, config: dict[str, Any], shape: Any, expected: Any) -> None:
    assert list(infer(class_name, shape, **config)) == [expected]


@pytest.mark.parametrize("class_name", ["NoSuchLayer", "TFSMLayer", "Lambda", "RNN"])
def test_without_a_rule_nothing_is_guessed(class_name: str) -> None:
    assert infer(class_name, ("B", 4, 4)) is None


@pytest.mark.parametrize(
    ("class_name", "config", "inputs", "message"),
    [
        ("Conv2D", {"filters": 1, "kernel_size": 5}, [("B", 3, 3, 1)], "window of 5"),
        ("Conv2D", {"filters": 1, "kernel_size": 5}, [("B", 3)], "takes rank 4 and receives"),
        ("Reshape", {"target_shape": [5]}, [("B", 4)], "4 elements do not fill"),
        ("Add", {}, [("B", 3), ("B", 4)], "sizes 3 and 4 differ"),
        ("Concatenate", {"axis": -1}, [("B", 3, 1), ("B", 4, 1)], "sizes 3 and 4 differ"),
        ("Concatenate", {"axis": 3}, [("B", 3)], "has no axis 3"),
        ("Dense", {"units": 1}, [], "called without a tensor"),
    ],
)
def test_inputs_that_do_not_fit(
    class_name: str, config: dict[str, Any], inputs: list[Any], message: str
) -> None:
    with pytest.raises(IncompatibleError, match=message):
        infer(class_name, *inputs, **config)


def test_impossible_settings_name_the_layer() -> None:
    with pytest.raises(ReadError, match=r"Layer 'made' \(Conv2D\) has strides = 'x', but 2 whole"):
        infer("Conv2D", ("B", 8, 8, 1), filters=1, kernel_size=3, strides="x")


def test_wrapped_classes_of_others_have_no_rule() -> None:
    dense = {"class_name": "Dense", "module": "mine", "config": {"units": 3}}
    assert infer("TimeDistributed", ("B", 5, 4), layer=dense) is None
    dense["module"] = "keras.layers"
    assert infer("TimeDistributed", ("B", 5, 4), layer=dense) == [("B", 5, 3)]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("B", 3), ("B", 3), ("B", 3)),
        (("B", 1), ("B", 3), ("B", 3)),
        (("B", None), ("B", 3), ("B", 3)),
        (("B", None), ("B", 1), ("B", None)),
        (("B", 4, 3), (3,), ("B", 4, 3)),
        (("B", 3), (2, 3), (None, 3)),
    ],
)
def test_broadcasting(first: Any, second: Any, expected: Any) -> None:
    assert broadcast(first, second) == broadcast(second, first) == expected


def test_sliding_windows() -> None:
    assert slide(10, window=3, stride=2, padding="valid") == 4
    assert slide(10, window=3, stride=2, padding="same") == 5
    assert slide(10, window=3, stride=1, padding="valid", dilation=3) == 4
    assert slide(None, window=3, stride=2, padding="same") is None


@pytest.mark.parametrize(
    ("class_name", "config", "arguments"),
    [
        ("GetItem", {}, {"1": ""}),
        ("GetItem", {}, {"1": "--1:"}),
        ("Transpose", {"axes": [None, 1]}, {}),
        ("OneHot", {"num_classes": -3}, {}),
        ("Tile", {"repeats": [1, -2]}, {}),
        ("TopK", {"k": 10**20}, {}),
    ],
)
def test_impossible_arguments_of_operations_have_no_shape(
    class_name: str, config: dict[str, Any], arguments: dict[str, Any]
) -> None:
    settings = Settings("made", class_name, config)
    assert infer_shapes(settings, [("B", 4)], arguments=arguments, operation=True) is None
