"""Our own primitives: what they leave in a jaxpr says what a variable in it is to Keras.

A jaxpr knows neither layers nor weights, and its variables cannot be found from the tracers that a
program handled. So weights are read as results of `weight`, and `note` takes the arguments and
results of each call: no values, only names for the variables of the jaxpr. None of the three is
ever run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
from jax.extend.core import Primitive
from jax.interpreters import ad, batching

weight = Primitive("graphscope_weight")
"""Makes the value of a variable: parameters `index` (among the variables of a capture), `shape`
and `dtype`."""

note = Primitive("graphscope_note")
"""Takes the tensors of a call and makes nothing: parameters `call` (its number), `returned`
(whether they are results, not arguments) and `masks` (how many of them, at the end, are masks)."""
note.multiple_results = True

ASSIGNED = -1
"""In place of the number of a call: the tensor is the new value of a variable."""

identity = Primitive("graphscope_identity")
"""Makes another variable of the same value, for what a call hands on untouched."""

OWN = frozenset({weight, note, identity})


def _weight_shape(*, shape: tuple[int, ...], dtype: Any, index: int) -> Any:  # noqa: ARG001
    return jax.core.ShapedArray(shape, dtype)


def _note_shapes(*_tensors: Any, **_parameters: Any) -> list[Any]:
    return []


def _identity_shape(tensor: Any) -> Any:
    return tensor


weight.def_abstract_eval(_weight_shape)
note.def_abstract_eval(_note_shapes)
identity.def_abstract_eval(_identity_shape)

# Models may differentiate and vectorize parts of themselves.


def _batch_note(tensors: Sequence[Any], _axes: Sequence[Any], **parameters: Any) -> Any:
    return note.bind(*tensors, **parameters), []


def _batch_identity(tensors: Sequence[Any], axes: Sequence[Any]) -> Any:
    return identity.bind(*tensors), axes[0]


def _differentiate_note(tensors: Sequence[Any], _tangents: Any, **parameters: Any) -> Any:
    return note.bind(*tensors, **parameters), []


def _differentiate_identity(tensors: Sequence[Any], tangents: Sequence[Any]) -> Any:
    return identity.bind(*tensors), tangents[0]


batching.primitive_batchers[note] = _batch_note
batching.primitive_batchers[identity] = _batch_identity
ad.primitive_jvps[note] = _differentiate_note
ad.primitive_jvps[identity] = _differentiate_identity
