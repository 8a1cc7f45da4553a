"""The inputs of a model as a user writes them: `28,28,1`, `tokens=128:int32`, `mask=None`.

Shapes leave the batch out; it is always there and its size is always open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graphscope.errors import TargetError
from graphscope.graph import BATCH, Dimension, TensorSpec

DEFAULT_DTYPE = "float32"

Inputs: TypeAlias = TensorSpec | list[TensorSpec] | dict[str, TensorSpec] | None
"""What the model is called with: one tensor, several in order, or several by name."""

_FORM = re.compile(r"((?P<name>[^=:]*)=)?(?P<shape>[^=:]*)(:(?P<dtype>[^=:]*))?")
_DTYPE = re.compile(r"bool|string|bfloat16|u?int(8|16|32|64)|float(8_\w+|16|32|64)|complex(64|128)")
_REMEDY = (
    "Write the sizes without the batch, None where a size is open, as in 28,28,1 or "
    "tokens=None:int32; write () for a scalar."
)


@dataclass(frozen=True, slots=True)
class NamedInput:
    """One input; the name is empty where none was given."""

    name: str
    spec: TensorSpec


def parse_input_shape(text: str) -> NamedInput:
    """Read `[NAME=]SIZE,SIZE,...[:DTYPE]`.

    >>> print(parse_input_shape("tokens=None:int32").spec)
    B×? int32

    Raises:
        TargetError: when the text has another form.
    """
    form = _FORM.fullmatch(text.strip())
    if form is None or form["name"] == "":
        raise TargetError(f"{text!r} is not an input shape.", _REMEDY)
    dtype = (form["dtype"] or DEFAULT_DTYPE).strip()
    if not _DTYPE.fullmatch(dtype):
        raise TargetError(
            f"{dtype!r}, in the input shape {text!r}, is not a dtype.",
            "Use one such as float32, int32, bool or string.",
        )
    shape: tuple[Dimension, ...] = (BATCH, *_parse_sizes(form["shape"], text))
    return NamedInput((form["name"] or "").strip(), TensorSpec(shape, dtype))


def _parse_sizes(shape: str, text: str) -> list[int | None]:
    shape = shape.strip()
    inner = shape[1:-1].strip() if shape[:1] == "(" and shape[-1:] == ")" else shape
    if not inner and shape != "()":
        raise TargetError(f"The input shape {text!r} is empty.", _REMEDY)
    sizes = inner.removesuffix(",").split(",") if inner else []
    return [_parse_size(size.strip(), text) for size in sizes]


def _parse_size(size: str, text: str) -> int | None:
    if size in ("None", "none", "?"):
        return None
    if not (size.isascii() and size.isdigit()):
        raise TargetError(f"{size!r}, in the input shape {text!r}, is not a size.", _REMEDY)
    return int(size)


def combine_inputs(inputs: Sequence[NamedInput]) -> Inputs:
    """Return the structure to call the model with; None when nothing was given.

    Raises:
        TargetError: when some inputs are named and others are not, or a name comes twice.
    """
    names = [given.name for given in inputs if given.name]
    if not names:
        specs = [given.spec for given in inputs]
        return specs[0] if len(specs) == 1 else specs or None
    if len(names) < len(inputs):
        raise TargetError(
            "Some input shapes have a name and others have none.", "Name all of them, or none."
        )
    if len(set(names)) < len(names):
        raise TargetError(f"Two input shapes have the same name ({', '.join(names)}).")
    return {given.name: given.spec for given in inputs}
