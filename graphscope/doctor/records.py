"""What is remembered of a run: creations, calls, boundaries and, at the end, the failure.

These values point at live objects (layers, tensors, frames). They live in the process that ran the
program, for as long as it takes to diagnose it; `findings` are what leaves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType, FrameType, TracebackType
from typing import Any, Literal

Shape = tuple[int | None, ...]

TracebackEntry = tuple[FrameType, int, int]
"""A frame of a traceback, the instruction at which it was left, and that instruction's line."""


@dataclass(frozen=True, slots=True)
class Spec:
    """Shape and dtype of a tensor or array; a shape of None means that the rank is unknown."""

    shape: Shape | None
    dtype: str

    def __str__(self) -> str:
        return "unknown" if self.shape is None else str(self.shape)


@dataclass(frozen=True, slots=True)
class Position:
    """A stretch of source that was being executed.

    Columns count UTF-8 bytes from 0, as `ast` and code objects do; `file` is an absolute path.
    """

    file: str
    line: int
    end_line: int
    column: int
    end_column: int
    function: str
    """The qualified name of the function: `Block.call`, `<module>`."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One of the user's frames, at a moment.

    Attributes:
        position: the expression that was being executed (the call that led further in).
        code: the frame's code object.
        locals: the variables at that moment. Scalars, strings and tuples of them are copies;
            arrays and tensors of a backend appear as `Spec`; other objects are the objects
            themselves, unless the frame is live.
        globals: the module's variables, live.
        is_live: whether this is a frame of the traceback, whose locals are all real objects.
    """

    position: Position
    code: CodeType
    locals: Mapping[str, Any]
    globals: Mapping[str, Any]
    is_live: bool = False


Site = tuple[Frame, ...]
"""The user's frames at an event, innermost first; empty when no frame was the user's."""


@dataclass(frozen=True, slots=True, eq=False)
class Creation:
    """A layer, model, loss, metric or optimizer that was made."""

    instance: Any
    class_name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    site: Site
    parent: Creation | None = None
    """The creation during which this one happened: a sublayer made in its owner's `__init__`."""


@dataclass(slots=True, eq=False)
class CallRecord:
    """One call of a layer or Keras operation, symbolic, traced or eager."""

    operation: Any
    class_name: str
    name: str
    is_layer: bool
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    inputs: list[Any]
    """The tensors in args and kwargs, in order (KerasTensors and backend tensors, alive)."""
    input_specs: list[Spec]
    site: Site
    parent: CallRecord | None
    boundary: Boundary | None = None
    """The fit, predict, ... inside which it happened."""
    outputs: list[Any] = field(default_factory=list)
    output_specs: list[Spec] = field(default_factory=list)
    children: list[CallRecord] = field(default_factory=list)
    error: BaseException | None = None


BoundaryKind = Literal[
    "compile", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch",
    "predict_on_batch", "call", "load_weights", "set_weights", "save",
]  # fmt: skip


@dataclass(slots=True, eq=False)
class Boundary:
    """A call by which data, targets, losses or weights enter Keras.

    Attributes:
        kind: which method.
        model: the model or layer.
        arguments: bound to the method's own parameter names, defaults left out. While the call
            runs, and after it failed, these are the real objects.
        data: per argument that holds data (`x`, `y`, `sample_weight`, `validation_data`, ...),
            its structure with every array replaced by `DataSummary`.
        site: the user's frames.
        finished: whether it returned.
        losses: what each loss and metric was given.
        warnings: texts of warnings that were raised meanwhile.
        nested: the method that Keras was calling from within when it failed: `evaluate` while `fit`
            was validating.
        batch: the first batch that a generator or PyDataset delivered, its arrays summarised.
    """

    kind: BoundaryKind
    model: Any
    arguments: Mapping[str, Any]
    data: Mapping[str, Any]
    site: Site
    finished: bool = False
    losses: list[LossRecord] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    result: Any = None
    """A History, the weights' report, ...: whatever a check may want and that is small."""
    batch: Any = None
    nested: BoundaryKind | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DataSummary:
    """What is kept of an array once its call is over.

    Attributes:
        spec: shape and dtype.
        kind: `array`, `dataset`, `pydataset`, `generator`, `tensor`, `list`, `other`.
        sample: the first rows (at most 512), as a numpy array, where they are at hand; of a
            tf.data.Dataset when its arrays reach the model as they were given.
        minimum, maximum: for numbers; over all of them when there are not too many, else over the
            sample, as the facts below.
        is_integral: whether every number is whole.
        distinct: how many different values there are, counted up to 1000.
        has_nan: whether there is a NaN or infinity.
    """

    spec: Spec
    kind: str
    sample: Any = field(default=None, repr=False)
    minimum: float | None = None
    maximum: float | None = None
    is_integral: bool = False
    distinct: int | None = None
    has_nan: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LossRecord:
    """What a loss or metric was given."""

    role: Literal["loss", "metric"]
    function: Any
    name: str
    output: str | None
    """Name of the model output, where there are several."""
    target: Spec | None
    prediction: Spec | None
    """As for targets, None when it is a structure of several tensors."""
    error: BaseException | None = None
    site: Site = ()


@dataclass(slots=True, eq=False)
class Recording:
    """Everything that was remembered, in the order in which it happened."""

    creations: list[Creation] = field(default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)
    boundaries: list[Boundary] = field(default_factory=list)
    warnings: list[tuple[str, Site]] = field(default_factory=list)

    losses: list[LossRecord] = field(default_factory=list)
    """What losses and metrics were given, inside boundaries and outside."""
    unfiltered: list[TracebackEntry] = field(default_factory=list)
    """The last traceback that a framework shortened, as it was."""
    swallowed: list[BaseException] = field(default_factory=list)
    """The last exceptions of which TensorFlow's runtime passed on the text alone."""
    _made: dict[int, Creation] = field(default_factory=dict)
    _producers: dict[int, CallRecord] = field(default_factory=dict)
    _indexed: tuple[int, int] = (0, 0)

    def add_creation(self, creation: Creation) -> None:
        """Remember that an object was made."""
        self.creations.append(creation)
        self._made[id(creation.instance)] = creation

    def knows(self, instance: Any) -> bool:
        """Whether it was seen how an object was made."""
        return id(instance) in self._made

    def creation_by_id(self, identity: int) -> Creation | None:
        """Return where an object was made, by its `id`: it lives as long as the recording."""
        return self._made.get(identity)

    def creation_of(self, instance: Any) -> Creation | None:
        """Return where an object was made."""
        return self._made.get(id(instance))

    def producer_of(self, tensor: Any) -> CallRecord | None:
        """Return the innermost recorded call that made a tensor (not one that passed it on)."""
        state = (len(self.calls), sum(bool(call.outputs) for call in self.calls[-64:]))
        if state != self._indexed:
            self._producers = _index_producers(self.calls)
            self._indexed = state
        return self._producers.get(id(tensor))


def _index_producers(calls: Sequence[CallRecord]) -> dict[int, CallRecord]:
    # Recorded tensors are kept alive by their records, so that an id means one of them only.
    found: dict[int, CallRecord] = {}
    for call in calls:
        given = {id(tensor) for tensor in call.inputs}
        for tensor in call.outputs:
            if id(tensor) in given:
                continue
            known = found.get(id(tensor))
            if known is None or _is_inside(call, known):
                found[id(tensor)] = call
    return found


def _is_inside(call: CallRecord, outer: CallRecord) -> bool:
    around = call.parent
    while around is not None and around is not outer:
        around = around.parent
    return around is outer


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """The exception that ended the program, and where it happened.

    Attributes:
        exception: as it was raised.
        type_name: its class's name.
        message: its text without what Keras injects around it (argument dumps, "Exception
            encountered when calling ...").
        traceback: the full traceback of where it was first raised, framework frames included.
        site: the user's frames, innermost first, live.
        stage: `construct`, `compile`, `fit`, `evaluate`, `predict`, `call`, `load`, `data` (none
            of Keras was running), or `import`.
        boundary: the fit, predict, load_weights ... that was running.
        call: the innermost layer or operation call that failed.
        layer_call: the innermost *layer* call that failed.
        creating: class and arguments of the object whose constructor raised.
        keras_frames: (function qualified name, file, line, locals) of the innermost framework
            frames, innermost first, at most 40.
        graph_node: the name of the graph node that failed at run time ("functional_1/embedding_1/
            GatherV2"), from the message of a graph execution error.
        described_lines: (file, line) of the user's lines that the message itself mentions.
    """

    exception: BaseException
    type_name: str
    message: str
    traceback: TracebackType | None
    site: Site
    stage: str
    boundary: Boundary | None = None
    call: CallRecord | None = None
    layer_call: CallRecord | None = None
    creating: tuple[type, tuple[Any, ...], Mapping[str, Any]] | None = None
    keras_frames: Sequence[tuple[str, str, int, Mapping[str, Any]]] = ()
    graph_node: str | None = None
    described_lines: Sequence[tuple[str, int]] = ()
