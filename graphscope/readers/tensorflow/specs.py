"""Shapes and dtypes of what steps compute: from the file, by rules where it leaves them open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from graphscope.graph import BATCH, GraphBuilder, TensorSpec
from graphscope.readers.keras.open_sizes import OpenSizes, attempts
from graphscope.readers.shapes.dimensions import IncompatibleError, differences_noted
from graphscope.readers.tensorflow.shapes import (
    MERGES,
    Content,
    Held,
    OpCall,
    Shape,
    follow_contents,
    follow_list,
    follow_outputs,
    infer_shapes,
    take_element,
)
from graphscope.readers.tensorflow.trips import count_trips
from graphscope.readers.tensorflow.unfolding.program import (
    Region,
    RegionKind,
    Result,
    Source,
    Step,
    Variable,
    walk_steps,
)
from graphscope.readers.text import quote, shorten

INPUTS = frozenset({"Placeholder", "PlaceholderV2", "PlaceholderWithDefault", "_Arg", "_DeviceArg"})
"""Operations that stand for what a graph is given."""

_TABLES = frozenset({"Pad", "PadV2", "MirrorPad", "SpaceToBatchND", "BatchToSpaceND"})
"""Operations that take a matrix of whole numbers: a row for each axis."""

_MOST_PASSES = 12
"""What goes round in a loop of TensorFlow 1 is known before it only after the loop was seen."""

MAX_TOLD = 10
"""How many operations with unfitting inputs are told one by one."""

_EXACT = 1 << 24
"""Whole numbers below are exact as real numbers of 32 bits."""


class SpecReader:
    """Tells the specs of a step's outputs.

    Args:
        whole: all that happens; outputs that are used exist, whatever the file says of them.
        results: what the whole returns.

    Attributes:
        sizes: the names of open sizes.
    """

    def __init__(self, whole: Region, results: Iterable[Source]) -> None:
        self._steps = list(walk_steps(whole))
        self._used: dict[Step, int] = {}
        for source in self._sources(results):
            if isinstance(source, Result):
                self._used[source.step] = max(self._used.get(source.step, 0), source.output + 1)
        self._infer_all()

    def count(self, step: Step) -> int:
        """Return the number of outputs of a step."""
        facts = step.facts
        return max(len(facts.dtypes), len(facts.shapes), self._used.get(step, 0))

    def read(self, step: Step) -> list[TensorSpec]:
        """Return the specs of a step's outputs."""
        dtypes = step.facts.dtypes
        return [
            TensorSpec(shape, dtypes[index] if index < len(dtypes) else "")
            for index, shape in enumerate(self._shapes[step])
        ]

    def trip_count(self, region: Region) -> int | None:
        """Return how often a loop runs; None where that is not fixed or not known."""
        return None if region.loop is None else count_trips(region.loop, self._number)

    def _number(self, source: Source) -> int | None:
        content = self._content(source, is_table=False)
        return content if isinstance(content, int) else None

    def add_notes(self, builder: GraphBuilder, nodes: dict[Step, str]) -> None:
        """Tell which operations cannot take their inputs."""
        for step, problem in self._misfits[:MAX_TOLD]:
            name = f"{quote(step.node.name)} ({quote(step.node.op)[1:-1]})"
            builder.add_note(
                "shape-mismatch",
                f"{name} cannot take its inputs: {shorten(problem, 120)}.",
                nodes.get(step),
            )
        more = len(self._misfits) - MAX_TOLD
        if more > 0:
            builder.add_note(
                "shape-mismatch", f"{more:,} more operations cannot take their inputs."
            )

    def _sources(self, results: Iterable[Source]) -> Iterator[Source]:
        yield from results
        for step in self._steps:
            yield from step.inputs
            yield from (result for _, result in step.carried)

    def _infer_all(self) -> None:
        self.sizes = OpenSizes(channels_first=self._has_channels_first())
        with differences_noted() as differences:
            self._infer(self.sizes)
        for sizes in attempts(self.sizes, differences):
            with differences_noted() as left:
                self._infer(sizes)
            self.sizes = sizes
            if not left:
                break

    def _has_channels_first(self) -> bool:
        formats = (step.facts.settings.get("data_format") for step in self._steps)
        return any(isinstance(each, str) and each.startswith("NC") for each in formats)

    def _infer(self, sizes: OpenSizes) -> None:
        self._lists: dict[Step, Held] = {}
        inputs = {
            step: [_name(shape, sizes) for shape in self._stated(step)]
            for step in self._steps
            if step.node.op in INPUTS and step.region.kind is RegionKind.WHOLE
        }
        for _ in range(_MOST_PASSES):
            before = self._carried_lists()
            self._shapes: dict[Step, Sequence[Shape | None]] = {}
            self._contents: dict[tuple[Step, int], Content] = {}
            self._misfits: list[tuple[Step, str]] = []
            for step in self._steps:
                self._shapes[step] = inputs[step] if step in inputs else self._infer_step(step)
            if self._carried_lists() == before:
                break

    def _carried_lists(self) -> list[Held]:
        """Return what is known of the lists that loops of TensorFlow 1 hand to their next trip."""
        return [
            self._lists[result.step]
            for step in self._steps
            for _, result in step.carried
            if result.step in self._lists
        ]

    def _stated(self, step: Step) -> list[Shape | None]:
        """Return the shapes that the file states, one for each output."""
        stated: list[Shape | None] = list(step.facts.shapes)
        constant = step.facts.constant
        if not stated and constant is not None:
            stated = [constant.shape]
        return stated + [None] * (self.count(step) - len(stated))

    def _infer_step(self, step: Step) -> Sequence[Shape | None]:
        stated = self._stated(step)
        constant = step.facts.constant
        if constant is not None:
            self._contents[step, 0] = _read_content(constant.value)
            return stated
        is_table = step.node.op in _TABLES
        call = OpCall(
            step.node.op,
            [self._shape(source) for source in step.inputs],
            [self._content(source, is_table=is_table) for source in step.inputs],
            step.facts.settings,
            self.count(step),
            stated,
            [each.step.node.op if isinstance(each, Result) else "" for each in step.inputs],
            [_dtype_of(source) for source in step.inputs],
            step.facts.dtypes,
        )
        try:
            inferred = self._join(step) or infer_shapes(call)
        except IncompatibleError as error:
            self._misfits.append((step, str(error)))
            return stated
        content = follow_contents(call)
        if content is not None:
            self._contents[step, 0] = content
        for index, each in enumerate(follow_outputs(call)):
            self._contents[step, index] = each
        taken = self._follow_lists(step, call)
        inferred = inferred or [taken]
        return [
            _merge(shape, inferred[index] if index < len(inferred) else None)
            for index, shape in enumerate(stated)
        ]

    def _join(self, step: Step) -> Sequence[Shape | None]:
        """Return the shapes that all branches agree on; nothing for what is no choice."""
        count = self.count(step)
        if step.region.kind is not RegionKind.CHOICE or not count:
            return []
        shapes = [self._shape(source) for source in step.inputs[1:]]
        return [_agree(shapes[index::count]) for index in range(count)]

    def _follow_lists(self, step: Step, call: OpCall) -> Shape | None:
        lists = [self._list(source) for source in step.inputs]
        if call.type in MERGES:
            lists += [self._lists.get(result.step) for _, result in step.carried]
        held = follow_list(call, lists)
        if held is not None:
            self._lists[step] = held
        return take_element(call, lists)

    def _list(self, source: Source) -> Held | None:
        return self._lists.get(source.step) if isinstance(source, Result) else None

    def _shape(self, source: Source) -> Shape | None:
        if isinstance(source, Variable):
            return source.shape
        if source is None:
            return None
        shapes = self._shapes.get(source.step, ())
        return shapes[source.output] if source.output < len(shapes) else None

    def _content(self, source: Source, *, is_table: bool) -> Content:
        if not isinstance(source, Result):
            return None
        constant = source.step.facts.constant
        if is_table and constant is not None and constant.value is not None:
            return _read_content(constant.value.reshape(-1))
        return self._contents.get((source.step, source.output))


def _dtype_of(source: Source) -> str:
    if isinstance(source, Variable):
        return source.dtype
    dtypes = () if source is None else source.step.facts.dtypes
    return dtypes[source.output] if source is not None and source.output < len(dtypes) else ""


def _agree(shapes: Sequence[Shape | None]) -> Shape | None:
    known = [shape for shape in shapes if shape is not None]
    if not known or len(known) < len(shapes) or len({len(shape) for shape in known}) > 1:
        return None
    return tuple(sizes[0] if len(set(sizes)) == 1 else None for sizes in zip(*known, strict=True))


def _name(shape: Shape | None, sizes: OpenSizes) -> Shape | None:
    if shape and shape[0] is None:
        shape = (BATCH, *shape[1:])
    return sizes.name(TensorSpec(shape, "")).shape


def _read_content(value: np.ndarray[Any, Any] | None) -> Content:
    if value is None or value.ndim > 1:
        return None
    if value.dtype.kind == "f" and value.ndim == 0:
        # Positions may be counted in real numbers: `range(0.0, float(length), 1.0)`.
        return int(value) if abs(value) < _EXACT and value == int(value) else None
    if value.dtype.kind not in "iu":
        return None
    return tuple(value.tolist()) if value.ndim else int(value)


def _merge(stated: Shape | None, inferred: Shape | None) -> Shape | None:
    if inferred is None or (stated is not None and len(stated) != len(inferred)):
        return stated
    rules = tuple(None if isinstance(size, int) and size < 0 else size for size in inferred)
    if stated is None:
        return rules
    # The file was written by TensorFlow itself; a rule only fills in what it leaves open.
    return tuple(rule if size is None else size for size, rule in zip(stated, rules, strict=True))
