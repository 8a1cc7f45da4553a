"""How name scopes, layers and weights are called after each other."""

from __future__ import annotations

import re

from graphscope.readers.shapes import LAYER_RULES
from graphscope.readers.tensorflow.unfolding.program import Variable
from graphscope.readers.weights.names import to_snake_case

SUFFIX = re.compile(r"(_\d+)$")
_NUMBERS = re.compile(r"(_\d+)+$")

DEFAULT_NAMES = {to_snake_case(class_name): class_name for class_name in LAYER_RULES}
"""Built-in classes by the names that Keras gives their layers."""

INTERNAL = frozenset(
    {"batchnorm", "moments", "Tensordot", "einsum", "l2_normalize", "normalize", "strided_slice"}
    | {"zeros", "ones", "range", "map", "while", "cond", "pfor", "loop_body", "TensorArrayUnstack"}
    | {"TensorArrayV2Stack", "TensorArrayV2Read", "TensorArrayV2Write", "sequence_mask"}
    | {
        "Repeat",
        "SequenceMask",
        "boolean_mask",
        "broadcast_weights",
        "StringSplit",
        "StringsByteSplit",
    }
)
"""Name scopes that TensorFlow's own functions open."""


def weight_name(variable: Variable) -> str:
    """Return what a variable is called in its layer."""
    return variable.name.rpartition("/")[2]


def path_of(variable: Variable) -> tuple[str, ...]:
    """Return the path of the layer that a variable is named after."""
    return tuple(part for part in variable.name.split("/")[:-1] if part)


def plain_name(scope: str) -> str:
    """Return the name of a scope without numbers behind it.

    >>> plain_name("dense_1_2")
    'dense'
    """
    return _NUMBERS.sub("", scope)


def bears(scope: str, name: str) -> bool:
    """Whether a name scope is called after a layer, perhaps with a number behind.

    >>> bears("dense_1", "dense"), bears("dense_a", "dense")
    (True, False)
    """
    rest = scope[len(name) :]
    return scope.startswith(name) and (not rest or SUFFIX.fullmatch(rest) is not None)
