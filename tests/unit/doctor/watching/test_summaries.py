"""What is kept of data."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import numpy

from graphscope.doctor.records import DataSummary
from graphscope.doctor.watching.summaries import SAMPLE_ROWS, summarise


def test_numbers() -> None:
    data = numpy.array([[0.0, 1.5], [numpy.inf, -2.0]])
    summary = summarise(data)
    assert (summary.minimum, summary.maximum) == (-2.0, 1.5)
    assert summary.has_nan and not summary.is_integral
    assert summary.sample is not data


def test_labels_beyond_the_sample_count() -> None:
    labels = numpy.repeat(numpy.arange(10), 1000)
    summary = summarise(labels)
    assert len(summary.sample) == SAMPLE_ROWS
    assert (summary.maximum, summary.distinct, summary.is_integral) == (9, 10, True)


def test_large_rows_are_sampled_sparingly() -> None:
    summary = summarise(numpy.zeros((600, 256, 256, 3), "uint8"))
    assert summary.sample.nbytes < 3_000_000
    assert summary.spec.shape == (600, 256, 256, 3)


def test_structures_lists_and_empty_arrays() -> None:
    found = summarise({"a": [numpy.zeros((2, 3)), None], "b": numpy.zeros((0, 4))})
    assert found["a"][0].spec.shape == (2, 3) and found["a"][1] is None
    assert found["b"].minimum is None
    assert summarise([[1, 2], [3, 4]]).spec.shape == (2, 2)
    assert summarise([[1, 2], [3]]).spec.shape == (2, None)
    assert summarise([1, 0, 1]).kind == "list"


def test_text_has_no_range() -> None:
    summary = summarise(numpy.array(["a", "b"], dtype=object))
    assert summary.minimum is None and summary.spec.dtype == "object"


def test_nothing_is_pulled_from_a_generator() -> None:
    pulled: list[int] = []

    def generator() -> Iterator[int]:
        pulled.append(1)
        yield 1

    source = generator()
    assert summarise(source).kind == "generator"
    assert not pulled


def test_a_dataset_is_described_by_what_it_says_of_its_elements() -> None:
    spec = SimpleNamespace(shape=(None, 3), dtype="float32")
    found = summarise(SimpleNamespace(element_spec=({"a": spec}, spec)))
    assert isinstance(found[0]["a"], DataSummary)
    assert (found[1].spec.shape, found[1].kind) == ((None, 3), "dataset")
