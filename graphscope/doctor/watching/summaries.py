"""What is kept of data: shape, dtype, a small sample and a few facts about its values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphscope.doctor.records import DataSummary, Shape, Spec
from graphscope.doctor.watching.snapshots import kind_of, spec_of

SAMPLE_ROWS = 512
SAMPLE_BYTES = 2**21
COUNTED_VALUES = 2**17
"""Arrays up to this many values are looked at as a whole, larger ones by their sample."""
MOST_DISTINCT = 1000

ROWS_STAY_ROWS = ("Batch", "Shuffle", "Prefetch", "Repeat", "Cache", "Take", "Skip", "Options")
"""Steps of a tf.data pipeline that do not look at what they pass on."""

UNKNOWN = Spec(None, "")


def summarise(value: Any) -> Any:
    """Return a data argument's structure with everything that holds values summarised.

    Nothing is pulled from datasets and generators.
    """
    kind = kind_of(value)
    if kind in ("array", "graph", "symbolic"):
        return summarise_array(value)
    if kind == "sequence":
        if value and all(_is_plain(item) for item in value[:8]):
            return _summarise_list(value)
        return type(value)([summarise(item) for item in value])
    if kind == "mapping":
        return {key: summarise(item) for key, item in value.items()}
    if value is None or kind == "scalar":
        return value
    return _summarise_source(value)


def summarise_array(array: Any) -> DataSummary:
    """Return a summary of one array or tensor."""
    import numpy

    spec = spec_of(array)
    kind = "array" if isinstance(array, numpy.ndarray) else "tensor"
    if kind_of(array) != "array" or not spec.shape or None in spec.shape:
        return DataSummary(spec, kind)
    values = _first_rows(array, spec)
    if values is None or values.dtype.kind not in "biuf":
        return DataSummary(spec, kind, sample=values)
    whole = numpy.asarray(array) if _count(spec.shape) <= COUNTED_VALUES else values
    return _facts(spec, kind, values, whole)


def _first_rows(array: Any, spec: Spec) -> Any:
    import numpy

    assert spec.shape is not None
    width = _count(spec.shape[1:]) * 8
    rows = max(1, min(SAMPLE_ROWS, SAMPLE_BYTES // max(width, 1)))
    try:
        return numpy.array(array[:rows])
    except (TypeError, ValueError, NotImplementedError, RuntimeError, KeyError):
        # Sparse and ragged tensors, tables and the like have no rows to be cut off this way.
        return None


def _count(shape: Shape) -> int:
    return math.prod(size or 0 for size in shape)


def _facts(spec: Spec, kind: str, sample: Any, values: Any) -> DataSummary:
    import numpy

    if values.size == 0:
        return DataSummary(spec, kind, sample=sample)
    floating = values.dtype.kind == "f"
    finite = values[numpy.isfinite(values)] if floating else values
    has_nan = bool(floating and finite.size < values.size)
    if finite.size == 0:
        return DataSummary(spec, kind, sample=sample, has_nan=has_nan)
    counted = finite.reshape(-1)[:: max(1, finite.size // 2**14)]
    return DataSummary(
        spec,
        kind,
        sample=sample,
        minimum=float(finite.min()),
        maximum=float(finite.max()),
        is_integral=bool(not floating or (counted == numpy.floor(counted)).all()),
        distinct=min(MOST_DISTINCT, len(numpy.unique(counted))),
        has_nan=has_nan,
    )


def _is_plain(item: Any) -> bool:
    if kind_of(item) == "sequence":
        return all(_is_plain(each) for each in item[:8])
    return kind_of(item) == "scalar" and item is not None


def _summarise_list(value: Any) -> DataSummary:
    import numpy

    try:
        array = numpy.asarray(value)
    except ValueError:  # rows of different lengths
        return DataSummary(Spec((len(value), None), "object"), "list")
    summary = summarise_array(array)
    return DataSummary(
        **{name: getattr(summary, name) for name in DataSummary.__slots__ if name != "kind"},
        kind="list",
    )


def _summarise_source(value: Any) -> Any:
    names = {base.__name__ for base in type(value).__mro__}
    if hasattr(value, "element_spec"):
        return _summarise_element(value.element_spec, _source_arrays(value))
    if "PyDataset" in names:
        return DataSummary(UNKNOWN, "pydataset")
    if hasattr(value, "__next__"):
        return DataSummary(UNKNOWN, "generator")
    return DataSummary(UNKNOWN, "other")


def _summarise_element(element: Any, arrays: Iterator[Any]) -> Any:
    if isinstance(element, dict):
        # In the order in which TensorFlow flattens dictionaries.
        found = {key: _summarise_element(element[key], arrays) for key in sorted(element)}
        return {key: found[key] for key in element}
    if isinstance(element, list | tuple):
        return tuple(_summarise_element(item, arrays) for item in element)
    array = next(arrays, None)
    if not hasattr(element, "shape") or not hasattr(element, "dtype"):
        return DataSummary(UNKNOWN, "dataset")
    if array is None:
        return DataSummary(spec_of(element), "dataset")
    return replace(summarise_array(array), spec=spec_of(element), kind="dataset")


def _source_arrays(dataset: Any) -> Iterator[Any]:
    """Yield the arrays a dataset was made of, if its elements are still their rows."""
    while hasattr(dataset, "_input_dataset"):
        if not any(word in type(dataset).__name__ for word in ROWS_STAY_ROWS):
            return
        dataset = dataset._input_dataset
    yield from getattr(dataset, "_tensors", ()) if "TensorSlice" in type(dataset).__name__ else ()
