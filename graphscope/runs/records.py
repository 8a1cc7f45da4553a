"""What a run log holds: one small value per record.

Times are seconds since the epoch; steps count optimizer steps from 1, epochs from 0. Numbers may be
NaN or infinite: how such a number is written is the codec's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

INPUT, TARGET, OUTPUT, LOSS = "@input", "@target", "@output", "@loss"
"""What statistics are of when they are of no layer; several are told apart by name: `@output/mask`.
"""

Status = Literal["finished", "stopped", "failed"]
Level = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """A layer whose inside is watched.

    Attributes:
        key: what its statistics go by: the path of the layer in the model, unique in the run.
        name: of the layer.
        class_name: of the layer.
        graph_layer: id of the layer in the run's graph; None when it is not known.
        parameters: how many numbers its own weights have, and of those how many are trained.
        activation: name of its activation, where it has one.
        file, line: where it was made in the user's code, where that is known.
    """

    key: str
    name: str
    class_name: str
    graph_layer: str | None = None
    parameters: int = 0
    trainable_parameters: int = 0
    activation: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """The first record of a log: who writes, and what is trained.

    Attributes:
        run: name of the run.
        writer: id of the process that writes, unique in the run.
        time: when it began.
        rank: of the process in a distributed training; 0 writes the metrics.
        config: as JSON values. `optimizer` ({"class", "learning_rate", ...}), `loss` and `metrics`
            as Keras serialises them, `fit` ({"epochs", "steps_per_epoch", "batch_size",
            "samples"}, what is known of it), `model` ({"class", "name", "parameters",
            "trainable_parameters"}).
        environment: as JSON values. `graphscope`, `keras`, `backend`, `backend_version`, `python`,
            `platform`, `hostname`, `devices`, `precision`, `argv`, `git_commit`.
        layers: all that are watched, in the order in which they are called.
        graph: name of the file in the run's folder that holds the model's graph.
    """

    run: str
    writer: str
    time: float
    rank: int = 0
    config: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    layers: tuple[LayerInfo, ...] = ()
    graph: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the numbers that the steps after it hold, said once."""

    id: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Numbers of one optimizer step (or of the last of several that were run as one).

    Attributes:
        step: counted from 1.
        time: when it ended.
        columns: which `Columns` name the values.
        values: metrics by their own names (`loss`, `accuracy`), and the monitor's: `learning_rate`,
            `time/wait` and `time/compute` (seconds per step), `samples_per_second`,
            `memory/process` and `memory/device` (bytes), `overhead` (share of the time so far that
            the monitor itself took).
    """

    step: int
    time: float
    columns: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Epoch:
    """Metrics at the end of an epoch, those of validation by Keras's names: `val_loss`.

    Attributes:
        epoch: counted from 0.
        step: the last step in it.
        metrics: what `History` gets; the true mean of the loss tensor where logs lie is `loss`,
            and what was reported instead is then `reported_loss`.
    """

    epoch: int
    step: int
    time: float
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How numbers are spread: `counts[i]` lie in `edges[i]` to `edges[i + 1]`; finite ones only."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What went on inside the layers in one sampled step.

    Attributes:
        step: counted from 1.
        layers: by layer key, or by `@input`, `@target`, `@output`, `@loss`: number by name.
            Of the activation that a layer returned: `activation_mean`, `_std`, `_min`, `_max`,
            `zero_share` (of numbers that are exactly 0), `dead_share` (of units, on the last axis,
            that are 0 for the whole batch), `saturated_share` (of numbers at either end of a
            bounded activation's range), `nan_count`, `inf_count`.
            Of its trainable weights: `gradient_norm`, `weight_norm`, `update_norm` (L2),
            `update_ratio` (update_norm / weight_norm), `gradient_zero_share`,
            `gradient_nan_count`, `gradient_inf_count`; `has_gradient` is 0 where none arrives.
            Of `@...`: `mean`, `std`, `min`, `max`, `nan_count`, `inf_count`; of an `@output` whose
            last axis has more than one number also `top_share` (share of the batch whose largest
            output is the most frequent one), `distinct_top` (how many different ones are).
            Of `@loss`: `penalty` (what regularisers and `add_loss` add) and `penalty_share` of it.
        histograms: by layer key, then by `activation`, `gradient`, `weight`.
    """

    step: int
    time: float
    layers: Mapping[str, Mapping[str, float]]
    histograms: Mapping[str, Mapping[str, Histogram]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened once.

    A `nonfinite` event for which the operation was found has `is_operation` true; `operation` is
    then the backend's name of the first operation that returned NaN or infinity (`log`), `inputs`
    are the ranges of its operands with their `nan_count` and `inf_count`, `result` the counts of
    what it returned, `gradient_of` the operation of which it makes the gradient where that is
    known, `file` and `line` where the program calls it. Where it was not found, `unfound` says why.

    Attributes:
        kind: `nonfinite` (details: `quantity` forward|gradient|loss|weight|data, `layer`,
            `operation`, `inputs` [{"min", "max", "mean"}], `file`, `line`, and what is told above),
            `warning`, `lost` (details: `records`), `evaluate` (details: `metrics` by name),
            `distribution`
            (details: `Distribution.as_dict()` of `runs.distribution`, whose layers are named by
            the keys of `Start.layers`; written when training begins, then without activations and
            collectives, and again after the first step with them: the last one counts, which
            `Run.distribution` returns).
        text: one sentence.
    """

    step: int
    time: float
    kind: str
    text: str
    level: Level = "info"
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """The last record of a log that was closed in order."""

    step: int
    time: float
    status: Status
    text: str = ""


Record = Start | Columns | Step | Epoch | Statistics | Event | End
