"""The answer to "where did this value come from": a tree of places, the nearest at its root."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Evidence, Place
from graphscope.doctor.records import Spec
from graphscope.doctor.source import SourceFile

OriginKind = Literal[
    "literal", "name", "parameter", "default", "attribute", "call", "arithmetic", "data", "loop",
    "unknown",
]  # fmt: skip


class _Unknown:
    """The value that is not known; the only one of its class."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Any = _Unknown()


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """One step of the way that a value came.

    Attributes:
        kind: what gave the value here.
        text: the source that did, or the arithmetic with its numbers, in one line.
        place: its line; None for what is in no file of the user.
        value: the value here, where it is known. Arrays and tensors appear as `Spec`.
        file: the file of `node`.
        node: the expression that gives the value: what an edit would replace.
        causes: where the parts came from, most telling first.
        note: for an unknown, why.
        is_passing: whether the step only hands on the object that holds the value.
        is_source: whether an array begins here: what it was made with is not where it came from.
    """

    kind: OriginKind
    text: str
    place: Place | None = None
    value: Any = UNKNOWN
    file: SourceFile | None = None
    node: ast.AST | None = None
    causes: tuple[Origin, ...] = ()
    note: str = ""
    is_passing: bool = False
    is_source: bool = False

    @property
    def is_data(self) -> bool:
        """Whether an array or tensor is what was traced."""
        return self.kind == "data" or isinstance(self.value, Spec)

    def walk(self) -> Iterator[Origin]:
        """Yield this origin and everything behind it, nearest first along each way."""
        yield self
        for cause in self.causes:
            yield from cause.walk()

    def leaves(self) -> list[Origin]:
        """Return the ends of all ways, each place once."""
        ends = (each for each in self.walk() if not each.causes)
        return list({(each.place, each.text): each for each in ends}.values())

    def chain(self) -> list[Origin]:
        """Return the way to the most telling end: one that a user can edit, soonest found."""
        steps = [self]
        while steps[-1].causes:
            causes = steps[-1].causes
            if steps[-1].is_data:
                following = _data_behind(steps[-1])
                if following is None:
                    break
                steps.append(following)
            else:
                steps.append(max(causes, key=_telling))
        return steps

    @property
    def end(self) -> Origin:
        """The last of the chain."""
        return self.chain()[-1]

    @property
    def places(self) -> tuple[Place, ...]:
        """The lines along the chain, nearest first, each once."""
        return tuple(
            dict.fromkeys(each.place for each in self.chain() if each.place and not each.is_passing)
        )


def _data_behind(origin: Origin) -> Origin | None:
    """The array that another one was computed from."""
    if origin.is_source:
        return None
    arrays = [each for each in origin.causes if each.is_data]
    if arrays:
        return arrays[0]
    first = origin.causes[0]
    opaque = first.kind in {"literal", "default", "unknown"} or first.value is not UNKNOWN
    return None if opaque else first


_RANK = {"literal": 4, "default": 4, "data": 3, "call": 2, "unknown": 0}


def _telling(origin: Origin) -> int:
    return max(_RANK.get(leaf.kind, 1) for leaf in origin.leaves())


def unknown(reason: str, *, place: Place | None = None, text: str = "") -> Origin:
    """Return an origin that says why nothing more is known."""
    return Origin("unknown", text or reason, place, note=reason)


def show(value: Any) -> str:
    """Return a value in few characters; nothing for one that is not known or not plain."""
    if value is UNKNOWN:
        return ""
    if isinstance(value, Spec):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str | tuple | list):
        text = repr(value)
        return text if len(text) <= 40 else ""
    return ""


def told_steps(origin: Origin) -> list[Origin]:
    """Return the chain without steps that repeat the line before or are only an unknown."""
    told: list[Origin] = []
    for step in origin.chain():
        if step.is_passing and step.causes:
            continue
        repeats = told and step.place == told[-1].place and step.text in told[-1].text
        if not repeats and not (told and step.kind == "unknown"):
            told.append(step)
    return told


def describe(case: Case, origin: Origin) -> str:
    """Return the chain in one line: `10 <- Dense(units=n) train.py:31 <- n = 10 train.py:8`."""
    parts = [_line(case, step) for step in told_steps(origin)]
    shown = show(origin.value)
    if shown and parts and parts[0] == shown:
        parts = parts[1:]
    return " <- ".join([shown, *parts] if shown else parts)


def as_evidence(case: Case, origin: Origin) -> tuple[Evidence, ...]:
    """Return the chain as facts, one for each step."""
    return tuple(
        Evidence(
            "arithmetic" if step.kind == "arithmetic" else "origin",
            _with_value(_line(case, step), step),
            step.place,
        )
        for step in told_steps(origin)
    )


def _line(case: Case, step: Origin) -> str:
    if step.place is None:
        return step.text
    return f"{step.text} {case.program.relative(step.place.file)}:{step.place.line}"


def _with_value(line: str, step: Origin) -> str:
    shown = show(step.value)
    return line if not shown or shown in step.text else f"{shown} <- {line}"
