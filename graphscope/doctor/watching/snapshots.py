"""What is kept of a value: numbers and texts as they are, arrays as their shape and dtype."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from graphscope.doctor.records import Shape, Spec

SCALARS = (bool, int, float, complex, str, bytes, type(None))
LONGEST_SEQUENCE = 64
"""Lists and tuples up to this length are copied; longer ones are kept by reference."""

Kind = Literal["scalar", "sequence", "mapping", "symbolic", "graph", "array", "other"]
_kinds: dict[type, Kind] = {}


def kind_of(value: Any) -> Kind:
    """Say how a value is remembered; the answer depends on its type alone."""
    cls = type(value)
    kind = _kinds.get(cls)
    if kind is None:
        kind = _kinds[cls] = _classify(cls)
    return kind


def _classify(cls: type) -> Kind:  # noqa: PLR0911 - one answer per kind
    if issubclass(cls, SCALARS):
        return "scalar"
    if cls in (list, tuple):
        return "sequence"
    if issubclass(cls, dict):
        return "mapping"
    names = {base.__name__ for base in cls.__mro__}
    if "KerasTensor" in names:
        return "symbolic"
    if hasattr(cls, "shape") and hasattr(cls, "dtype") and _holds_values(cls, names):
        if cls.__module__.startswith("numpy") and "generic" in names:
            return "scalar"
        # Tensors of a TensorFlow graph, and what JAX passes around while it traces.
        return "graph" if names & {"SymbolicTensor", "Tracer"} else "array"
    return "other"


def _holds_values(cls: type, names: set[str]) -> bool:
    # A configuration may well have a shape and a dtype, too.
    return hasattr(cls, "__array__") or hasattr(cls, "__getitem__") or "SparseTensor" in names


def spec_of(tensor: Any) -> Spec:
    """Return shape and dtype of a tensor or array of any library."""
    dtype = tensor.dtype
    return Spec(shape_of(tensor), getattr(dtype, "name", None) or str(dtype))


def shape_of(tensor: Any) -> Shape | None:
    """Return the shape as a tuple; None when not even the rank is known."""
    shape = tensor.shape
    if type(shape) is tuple:
        return shape
    if shape is None or getattr(shape, "rank", 0) is None:
        return None
    if hasattr(shape, "as_list"):
        return tuple(shape.as_list())
    return tuple(shape) if isinstance(shape, Iterable) else None


def remember(value: Any) -> Any:
    """Return what to keep of a variable: a copy where it is small, a `Spec` of arrays."""
    kind = kind_of(value)
    if kind in ("array", "graph"):
        return spec_of(value)
    if kind == "sequence" and len(value) <= LONGEST_SEQUENCE:
        kinds = {kind_of(item) for item in value}
        if kinds <= {"scalar", "array", "graph", "symbolic", "sequence", "other"}:
            return type(value)([remember_item(item) for item in value])
    return value


def remember_item(item: Any) -> Any:
    """Return what to keep of an element: as `remember`, one level deeper and no further."""
    kind = kind_of(item)
    if kind in ("array", "graph"):
        return spec_of(item)
    if kind == "sequence" and len(item) <= LONGEST_SEQUENCE:
        return type(item)(
            [spec_of(each) if kind_of(each) in ("array", "graph") else each for each in item]
        )
    return item


def remember_structure(value: Any) -> Any:
    """Return nested lists, tuples and dicts with every array replaced by its `Spec`."""
    kind = kind_of(value)
    if kind == "array":
        return spec_of(value)
    if kind == "sequence":
        return type(value)([remember_structure(item) for item in value])
    if kind == "mapping":
        return {key: remember_structure(item) for key, item in value.items()}
    return value


def tensors_in(value: Any) -> Iterator[Any]:
    """Yield the tensors and arrays in nested lists, tuples and dicts, in order."""
    kind = kind_of(value)
    if kind in ("array", "graph", "symbolic"):
        yield value
    elif kind == "sequence":
        for item in value:
            yield from tensors_in(item)
    elif kind == "mapping":
        for item in value.values():
            yield from tensors_in(item)


def remember_variables(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return a frame's variables as they are worth keeping."""
    return {
        name: value if kind_of(value) == "scalar" else remember(value)
        for name, value in variables.items()
        if not name.startswith("__")
    }
