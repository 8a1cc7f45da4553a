"""How a target and a prediction differ, by their shapes and by what the loss wants."""

from __future__ import annotations

import math
from typing import Any, Literal

from graphscope.doctor.records import Shape

Kind = Literal["sparse", "categorical", "binary", "elementwise", "own"]
"""What a loss or metric wants of the target: class numbers, one-hot rows, numbers from 0 to 1,
the prediction's own shape, or what the user's own function wants."""

Relation = Literal[
    "fits", "one-hot", "indices", "two-units", "one-hot-single", "width", "surplus-axes",
    "flat-output", "missing-axes", "sizes",
]  # fmt: skip
"""How a target and a prediction differ."""

_SPARSE = "sparse_categorical"
_CATEGORICAL = ("categorical_crossentropy", "categorical_focal", "categorical_accuracy")
_BINARY = ("binary_crossentropy", "binary_focal")
_ONE_HOT_METRICS = ("F1Score", "FBetaScore", "CategoricalAccuracy", "categorical_accuracy")


def kind_of(name: str, function: Any) -> Kind:
    """Return what a loss or metric wants of its target, by Keras's own names."""
    own = getattr(function, "__name__", None) or type(function).__name__
    text = f"{own} {name}"
    if is_users_function(function):
        return "own"
    if _SPARSE in text or "SparseCategorical" in text:
        return "sparse"
    if any(each in text for each in (*_CATEGORICAL, *_ONE_HOT_METRICS)):
        return "categorical"
    if any(each in text for each in _BINARY):
        return "binary"
    return "elementwise"


def is_users_function(function: Any) -> bool:
    """Whether a loss or metric is not Keras's."""
    if function is None or isinstance(function, list | tuple | dict | str):
        return False
    module = getattr(function, "__module__", None) or type(function).__module__
    return module.split(".")[0] not in {"keras", "tensorflow", "tf_keras"}


def relate(
    kind: Kind, target: Shape, prediction: Shape, *, is_whole: bool, is_rows: bool = False
) -> Relation:
    """Return how a target and a prediction differ, both without their batch axis.

    Args:
        kind: what the loss wants.
        target, prediction: the shapes.
        is_whole: whether the target holds whole numbers.
        is_rows: whether these are known to be one-hot rows, or zeros and ones at least.

    >>> relate("categorical", (), (9,), is_whole=True)
    'indices'
    >>> relate("sparse", (4,), (4,), is_whole=True), relate("binary", (2,), (1,), is_whole=True)
    ('one-hot', 'one-hot-single')
    >>> relate("categorical", (6,), (10,), is_whole=True)
    'width'
    >>> relate("binary", (1,), (2, 2, 1), is_whole=True)
    'surplus-axes'
    >>> relate("elementwise", (28, 28, 1), (24, 24, 1), is_whole=False)
    'sizes'
    """
    if kind == "sparse":
        return _relate_sparse(target, prediction, is_rows=is_rows)
    if same(target, prediction):
        return "fits"
    if len(target) > len(prediction):
        return _relate_more(target, prediction)
    if not target or (len(target) == len(prediction) - 1 and same(target, prediction[:-1])):
        target = (*target, 1)
    if len(target) < len(prediction):
        return "surplus-axes"
    if not same(target[:-1], prediction[:-1]):
        return "sizes"
    return _relate_widths(kind, target[-1], prediction[-1], is_whole=is_whole)


def _relate_sparse(target: Shape, prediction: Shape, *, is_rows: bool) -> Relation:
    lead = prediction[:-1]
    if len(target) == len(prediction) and same(target[:-1], lead) and target[-1] != 1:
        # Of another width these may as well be class numbers, one for each step.
        return "one-hot" if is_rows or target[-1] == prediction[-1] else "missing-axes"
    squeezed = target[:-1] if len(target) == len(prediction) and target[-1:] == (1,) else target
    if same(squeezed, lead):
        return "fits"
    if len(squeezed) < len(lead):
        return "surplus-axes"
    return "missing-axes" if len(squeezed) > len(lead) else "sizes"


def _relate_more(target: Shape, prediction: Shape) -> Relation:
    if target[-1] == 1 and same(target[:-1], prediction):
        return "fits"
    if len(prediction) == 1 and elements(target) == elements(prediction):
        return "flat-output"
    return "missing-axes"


def _relate_widths(
    kind: Kind, target: int | None, prediction: int | None, *, is_whole: bool
) -> Relation:
    if target == prediction or (
        kind not in ("categorical", "binary") and prediction == 1 == target
    ):
        return "fits"
    if target == 1 and is_whole and kind in ("categorical", "binary"):
        return "two-units" if kind == "binary" and prediction == 2 else "indices"
    if prediction == 1 and target == 2 and kind == "binary" and is_whole:
        return "one-hot-single"
    return "width"


def same(first: Shape, second: Shape) -> bool:
    """Whether two shapes may be equal; open axes fit anything."""
    return len(first) == len(second) and all(
        one == two or one is None or two is None for one, two in zip(first, second, strict=True)
    )


def elements(shape: Shape) -> int:
    """Return how many numbers a sample has; open axes count as 1."""
    return math.prod(size or 1 for size in shape)
