"""A call that gives data to a model: its arrays, each beside the input that it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_elements import element_of
from graphscope.doctor.facts.data_steps import DataStep, steps_of
from graphscope.doctor.facts.declared import Declared, declared_inputs
from graphscope.doctor.facts.layer_input import needed_ranks
from graphscope.doctor.facts.mismatch import Mismatch, compare
from graphscope.doctor.findings import Place
from graphscope.doctor.records import Boundary, DataSummary, Frame, Shape, Spec
from graphscope.doctor.source import SourceFile

METHODS = (
    "fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch",
)  # fmt: skip
Source = Literal["array", "dataset", "generator", "pydataset", "tensor", "other"]


@dataclass(eq=False)
class Handover:
    """A call that gives data to a model.

    Attributes:
        case: the case.
        model: the model.
        method: `fit`, ..., or `call` for `model(x)`.
        role: which argument: `x`, or `validation_data` while `fit` was validating.
        source: how the data comes.
        structure: the inputs' part of it: summaries in tuples, lists and dictionaries.
        everything: also the targets and weights, where they come together.
        file, call, frame: the call in the source.
        node: the expression of the argument; None when it is not to be seen.
        boundary: the record of the method.
        live: the object that was given as the argument.
    """

    case: Case
    model: Any
    method: str
    role: str
    source: Source
    structure: Any
    everything: Any
    file: SourceFile
    call: ast.Call
    frame: Frame
    node: ast.expr | None
    boundary: Boundary | None = None
    live: Any = None

    @property
    def place(self) -> Place:
        """The line of the call's method, or of the argument, where it stands on its own line."""
        return Place(self.file.path, (self.node or self.call).lineno)

    @cached_property
    def declared(self) -> list[Declared]:
        """The inputs of the model: as it declares them, else as it was used before."""
        return declared_inputs(self.model) or self._used_before() or self._lacking_batch()

    def _used_before(self) -> list[Declared]:
        for call in self.case.recording.calls:
            is_other = call.boundary is None or call.boundary is not self.boundary
            if call.operation is self.model and call.error is None and is_other and call.outputs:
                single = len(call.inputs) == 1 and len(call.args) == 1
                shape = call.input_specs[0].shape if single and call.input_specs else None
                if shape:
                    return [Declared("x", (None, *shape[1:]), call.input_specs[0].dtype, None)]
        return []

    def _lacking_batch(self) -> list[Declared]:
        """Return what the first layer needs, where only the batch axis lacks to that."""
        call = self.case.failure.layer_call if self.case.failure else None
        given = self.structure.spec if isinstance(self.structure, DataSummary) else self.structure
        if call is None or not isinstance(given, Spec) or not given.shape:
            return []
        ranks = needed_ranks(call.operation)
        if ranks is None or len(given.shape) != ranks[0] - 1 or None in given.shape:
            return []
        received = call.input_specs[0].shape if len(call.input_specs) == 1 else None
        reaches = received is not None and received[1:] == given.shape[1:]
        channels = ranks[0] > 3 and given.shape[-1] in (1, 3, 4)
        is_sample = ranks[0] == 2 or channels or self.source == "dataset"
        if not (reaches and is_sample):
            return []
        return [Declared("x", (None, *given.shape), given.dtype, None)]

    @property
    def is_list_of_samples(self) -> bool:
        """Whether a list is given of more arrays than the model has inputs."""
        is_list = isinstance(self.structure, list | tuple)
        return is_list and 0 < len(self.declared) < len(self.structure)

    @property
    def is_packed(self) -> bool:
        """Whether inputs come together with targets: in a dataset, or from a generator."""
        return self.source in ("dataset", "generator", "pydataset") or self.role != "x"

    def path(self, key: Any = None) -> tuple[Any, ...]:
        """Return how to get from the argument to the inputs, or to one of them."""
        packed = isinstance(self.everything, tuple) and self.is_packed
        return ((0,) if packed else ()) + (() if key is None else (key,))

    @cached_property
    def parts(self) -> list[Part]:
        """The arrays that are given, each with the input that it is for."""
        return list(self._parts())

    def _parts(self) -> Iterator[Part]:
        structure = self.structure
        declared = self.declared
        if isinstance(structure, Mapping):
            by_name = {each.name: (i, each) for i, each in enumerate(declared)}
            by_name |= {
                str(each.layer_name): (i, each)
                for i, each in enumerate(declared)
                if each.layer_name and each.layer_name not in by_name
            }
            # Keras looks at the entries in the order of their keys.
            for key, summary in sorted(structure.items(), key=lambda each: str(each[0])):
                index, found = by_name.get(str(key), (None, None))
                if found is None and len(declared) == len(structure) == 1:
                    index, found = 0, declared[0]
                yield Part(self, summary, found, (str(key), index) if index is not None else key)
        elif isinstance(structure, list | tuple):
            for index, summary in enumerate(structure):
                found = declared[index] if index < len(declared) else None
                yield Part(self, summary, found, index)
        else:
            yield Part(self, structure, declared[0] if len(declared) == 1 else None, None)


@dataclass(eq=False)
class Part:
    """One array of what is handed over.

    Attributes:
        handover: the call.
        summary: what is known of the array.
        declared: the input it is for; None when that is not known.
        key: where it stands in the structure of the inputs; None for a single one.
    """

    handover: Handover
    summary: Any
    declared: Declared | None
    key: Any

    @property
    def spec(self) -> Spec:
        """Shape and dtype as they are given."""
        found = self.summary.spec if isinstance(self.summary, DataSummary) else self.summary
        return found if isinstance(found, Spec) else Spec(None, "")

    @property
    def shape(self) -> Shape | None:
        """The shape as it is given."""
        return self.spec.shape

    @cached_property
    def mismatch(self) -> Mismatch | None:
        """How it differs from what the input declares."""
        if self.declared is None or self.shape is None:
            return None
        return compare(self.declared.shape, self.shape)

    @cached_property
    def expression(self) -> tuple[SourceFile, ast.expr, Frame] | None:
        """The expression that is this array alone, at the call."""
        handover = self.handover
        node = handover.node
        for key in handover.path(self.key):
            node = element_of(node, key)
        return (handover.file, node, handover.frame) if node is not None else None

    @cached_property
    def steps(self) -> list[DataStep]:
        """The expressions that made it, nearest first."""
        handover = self.handover
        if handover.node is None:
            return []
        path = handover.path(self.key)
        return steps_of(handover.case, handover.file, handover.node, handover.frame, path)

    @property
    def text(self) -> str:
        """How the user calls it: `x_train`, or what the data is made of."""
        if self.expression is not None:
            file, node, _ = self.expression
            return " ".join(file.segment(node).split())
        own = self.handover
        named = f"[{self.key[0] if isinstance(self.key, tuple) else self.key!r}]"
        whole = " ".join(own.file.segment(own.node).split()) if own.node else "the data"
        return whole if self.key is None else f"{whole}{named}"
