"""What is kept of values."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy
import pytest

from graphscope.doctor.records import Spec
from graphscope.doctor.watching.snapshots import (
    kind_of,
    remember,
    remember_structure,
    remember_variables,
    spec_of,
    tensors_in,
)


class Unranked:
    """A shape of TensorFlow whose rank is unknown."""

    rank = None


class KerasTensor:
    shape = (None, 3)
    dtype = "float32"


class Shaped:
    """Only its instances have a shape: nothing that a class promises."""

    def __init__(self) -> None:
        self.shape = (1,)
        self.dtype = "int8"


@dataclass
class Settings:
    shape: tuple[int, ...] = (28, 28)
    dtype: str = "float32"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (1, "scalar"),
        ("a", "scalar"),
        (None, "scalar"),
        (numpy.float32(1), "scalar"),
        ([1], "sequence"),
        ({}, "mapping"),
        (numpy.zeros(2), "array"),
        (KerasTensor(), "symbolic"),
        (Shaped(), "other"),
        (Settings(), "other"),
        (numpy, "other"),
    ],
)
def test_kinds(value: Any, kind: str) -> None:
    assert kind_of(value) == kind


def test_specs_of_arrays_and_of_tensors_without_a_rank() -> None:
    assert spec_of(numpy.zeros((2, 3), "int32")) == Spec((2, 3), "int32")
    assert spec_of(SimpleNamespace(shape=Unranked(), dtype="float32")) == Spec(None, "float32")


def test_lists_are_copied_and_arrays_in_them_described() -> None:
    given = [numpy.zeros((2, 3)), "text", (1, numpy.ones(4))]
    kept = remember(given)
    given.append("later")
    assert kept == [Spec((2, 3), "float64"), "text", (1, Spec((4,), "float64"))]
    assert isinstance(kept[2], tuple)


def test_long_lists_and_objects_are_kept_themselves() -> None:
    long, thing = list(range(500)), object()
    assert remember(long) is long
    assert remember(thing) is thing


def test_symbolic_tensors_are_kept_themselves() -> None:
    tensor = KerasTensor()
    assert remember([tensor])[0] is tensor
    assert remember_structure({"a": (tensor, numpy.zeros(2))})["a"][0] is tensor


def test_tensors_are_found_in_order() -> None:
    first, second, third = numpy.zeros(1), numpy.zeros(2), KerasTensor()
    found = list(tensors_in(([first, {"b": second}], {"x": (third, 5)})))
    assert [each.shape for each in found] == [(1,), (2,), (None, 3)]


def test_hidden_names_are_left_out() -> None:
    assert remember_variables({"__name__": "m", "x": 1}) == {"x": 1}
