"""The operations that returned numbers that are not finite, and where such numbers came from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from graphscope.graph import SourceLine

Key = Hashable
"""What a value goes by; one that is kept here keeps its key."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation stands.

    Attributes:
        layer: key of the innermost layer that was running; None outside of all.
        line: of the user's program, where one of its frames was running within the step.
        forward: name of the operation of which this one makes the gradient.
    """

    layer: str | None = None
    line: SourceLine | None = None
    forward: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """The operation in which the first number arose that is not finite.

    Attributes:
        operation: its name, as the backend has it.
        phase: whether the loss itself is not finite, or gradients alone are.
        place: where it stands.
        inputs: of each operand with numbers: `min`, `max`, `mean` of what is finite, `nan_count`,
            `inf_count`.
        result: the counts of what it returned.
        data: what of the batch held such numbers already: `inputs`, `targets`; None when nothing.
    """

    operation: str
    phase: Literal["forward", "gradient"]
    place: Place
    inputs: tuple[dict[str, float], ...]
    result: dict[str, float]
    data: str | None = None


@dataclass(frozen=True, slots=True)
class _Operation:
    name: str
    operands: tuple[Key, ...]
    place: Place
    inputs: tuple[dict[str, float], ...]
    result: dict[str, float]


class Trail:
    """Takes down operations in the order in which they run.

    Args:
        as_array: gives a value of the backend as an array of numbers; None for what holds none.
    """

    def __init__(self, as_array: Callable[[Any], Any | None]) -> None:
        self._as_array = as_array
        self._operations: list[_Operation] = []
        self._makers: dict[Key, int] = {}
        self._data: dict[Key, str] = {}
        self._kept: list[Any] = []

    def give(self, key: Key, value: Any, label: str) -> None:
        """Say that a value is of the batch, and what it is: `inputs`, `targets`."""
        self._data[key] = label
        self._kept.append(value)

    def note(
        self,
        name: str,
        operands: Sequence[tuple[Key, Any]],
        results: Sequence[tuple[Key, Any]],
        place: Callable[[], Place],
    ) -> None:
        """Take down an operation that has run.

        Args:
            name: of the operation.
            operands, results: keys and values.
            place: tells where it stands; asked only of what is kept.
        """
        # What is passed on as it is, or written into, keeps its key: it was bad before.
        passed = {key for key, value in operands if key in self._makers and self.is_bad(value)}
        bad = [(key, value) for key, value in results if self.is_bad(value) and key not in passed]
        for key in {key for key, _ in results} - passed:
            self._makers.pop(key, None)
        if not bad:
            return
        arrays = [(key, self._as_array(value)) for key, value in operands]
        numeric = [(key, array) for key, array in arrays if array is not None]
        result = _counts(self._as_array(bad[0][1]))
        self._operations.append(
            _Operation(
                name,
                tuple(key for key, _ in numeric),
                place(),
                tuple(describe(array) for _, array in numeric),
                result,
            )
        )
        for key, value in bad:
            self._makers[key] = len(self._operations) - 1
            self._kept.append(value)

    def is_bad(self, value: Any) -> bool:
        """Whether a value holds NaN or infinity."""
        array = self._as_array(value)
        return array is not None and not bool(np.isfinite(array).all())

    def find(self, ends: Iterable[Key], phase: Literal["forward", "gradient"]) -> Origin | None:
        """Return the first operation from which such numbers went on to one of the ends."""
        waiting = [self._makers[key] for key in ends if key in self._makers]
        reached: set[int] = set()
        first: int | None = None
        while waiting:
            index = waiting.pop()
            if index in reached:
                continue
            reached.add(index)
            before = [
                self._makers[key]
                for key, numbers in self._operands(index)
                if _is_counted(numbers) and self._makers.get(key, index) < index
            ]
            waiting += before
            if not before and (first is None or index < first):
                first = index
        return None if first is None else self._origin(first, phase)

    def _operands(self, index: int) -> list[tuple[Key, dict[str, float]]]:
        operation = self._operations[index]
        return list(zip(operation.operands, operation.inputs, strict=True))

    def _origin(self, index: int, phase: Literal["forward", "gradient"]) -> Origin:
        made = self._operations[index]
        from_data = next(
            (
                self._data[key]
                for key, numbers in self._operands(index)
                if _is_counted(numbers) and key in self._data
            ),
            None,
        )
        return Origin(made.name, phase, made.place, made.inputs, made.result, from_data)


def _is_counted(numbers: dict[str, float]) -> bool:
    return bool(numbers["nan_count"] or numbers["inf_count"])


def _counts(array: Any) -> dict[str, float]:
    return {
        "nan_count": float(np.isnan(array).sum()),
        "inf_count": float(np.isinf(array).sum()),
    }


def describe(array: Any) -> dict[str, float]:
    """Return the range of what is finite in an array, and counts of what is not."""
    values = np.asarray(array, np.float64)
    finite = values[np.isfinite(values)]
    ends = (finite.min(), finite.max(), finite.mean()) if finite.size else (np.nan,) * 3
    named = zip(("min", "max", "mean"), map(float, ends), strict=True)
    return {**dict(named), **_counts(values)}
