"""The probe: takes the place of a model's train function while it trains."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphscope.monitor.origin.moments import Moment
from graphscope.monitor.probe.collector import Collector, Name
from graphscope.monitor.probe.layers import watch_layers
from graphscope.monitor.probe.variant import (
    KEY,
    LOSS_AT,
    ROWS,
    SUSPICION,
    Remembering,
    Variant,
    is_distributed,
    moment_of_state,
)
from graphscope.runs import Histogram, LayerInfo
from graphscope.runs.records import LOSS

_DISTRIBUTED = (
    "Under a distribution on JAX the layers are not looked into, and the loss is what Keras "
    "reports: a step that also returns statistics would round differently."
)


@dataclass(frozen=True, slots=True)
class Sample:
    """What one step showed: by layer key, numbers and histograms by name (see `runs.records`)."""

    layers: Mapping[str, Mapping[str, float]]
    histograms: Mapping[str, Mapping[str, Histogram]] = field(default_factory=dict)


class Probe:
    """Samples statistics inside one model's training.

    While installed, each step's loss is at hand, and those steps that were wanted have a sample.
    Training goes exactly as without it. When the instrumented step cannot be made, the model's own
    goes on, and `tell` hears why.

    Args:
        model: to be trained; its weights exist.
        histograms: whether samples have histograms.
        always: whether every step is instrumented, which saves a second trace in short runs.
        tell: told what cannot be had.
        on_error: told when a step raises; by then the model has its own function again.
    """

    def __init__(
        self,
        model: Any,
        *,
        histograms: bool = True,
        always: bool = False,
        tell: Callable[[str], None] = lambda _text: None,
        on_error: Callable[[BaseException], None] = lambda _error: None,
    ) -> None:
        self._on_error = on_error
        self.model = model
        self.histograms = histograms
        self.watched = watch_layers(model)
        self.seconds_tracing = 0.0
        """That making instrumented steps took, beyond what a plain one takes."""
        self._always = always
        self._tell = tell
        self._plain: Any = None
        self._variants: dict[bool, Variant | None] = {}
        self._is_wanted = False
        self._noted: set[str] = set()
        self._packed: Any = None
        self._fetched: Any = None
        self._of: Variant | None = None
        self._before: Any = None
        self._batches: Remembering | None = None

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """The layers that are watched."""
        return tuple(self.watched.infos)

    def install(self) -> None:
        """Take the place of the model's train function, which exists."""
        self._plain = self.model.train_function
        if self._plain is not None:
            self.model.train_function = self._run

    def remove(self) -> None:
        """Give the model its own train function back."""
        if self._plain is not None and self.model.train_function == self._run:
            self.model.train_function = self._plain
        self._plain = None

    def want(self) -> None:
        """Sample the next step."""
        self._is_wanted = True

    def _run(self, *args: Any) -> Any:
        try:
            return self._run_step(*args)
        except StopIteration:
            raise
        except BaseException as error:
            self.remove()
            self._on_error(error)
            raise

    def _run_step(self, *args: Any) -> Any:
        is_full = self._is_wanted or self._always
        self._is_wanted = False
        self._packed = None
        variant = self._variant(is_full) or self._variant(False)
        self._before = self._batches = None
        if len(args) == 2:  # JAX: the state, and the batches to come.
            self._before = args[0] if variant is not None and variant.keeps_state else None
            self._batches = Remembering(args[1])
            args = (args[0], self._batches)
        if variant is None:
            return self._plain(*args)
        started = time.perf_counter()
        try:
            result = variant.function(*args)
        except Exception as error:
            if variant.calls or self._is_eager():
                raise  # It is the program's own: the step has run before, or is running.
            return self._run_plain(variant, error, args)
        if variant.calls == 0 and variant.is_full:
            self.seconds_tracing += time.perf_counter() - started
        if variant.error is not None:
            self._note(variant.error)
            variant.error = None
        variant.calls += 1
        return self._take_out(variant, result)

    def _is_eager(self) -> bool:
        """Whether a step that failed has done part of its work, so that it must not run again."""
        import keras

        return bool(self.model.run_eagerly) or keras.backend.backend() == "torch"

    def _run_plain(self, variant: Variant, error: Exception, args: Any) -> Any:
        """Run the step as it is; when it raises the same, the fault is the program's."""
        self._variants[variant.is_full] = None
        if isinstance(error, StopIteration):
            raise error
        result = self._plain(*args)
        what = "Statistics of layers" if variant.is_full else "The loss of each step"
        text = " ".join(str(error).split())[:200]
        self._tell(f"{what} cannot be had in this training ({type(error).__name__}: {text}).")
        return result

    def _note(self, error: Exception) -> None:
        text = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        if text not in self._noted:
            self._noted.add(text)
            self._tell(f"Some statistics of layers cannot be had in this training ({text}).")

    def _variant(self, is_full: bool) -> Variant | None:
        if is_full not in self._variants and is_distributed():
            # XLA's partitioner sums in another order as soon as a step returns one number more.
            self._variants[is_full] = None
            self._tell(_DISTRIBUTED)
        if is_full not in self._variants:
            try:
                self._variants[is_full] = Variant(self, is_full=is_full)
            except Exception as error:  # noqa: BLE001 - ours must not end the training
                self._variants[is_full] = None
                self._tell(
                    f"The training step cannot be watched ({type(error).__name__}: {error})."
                )
        return self._variants[is_full]

    def _take_out(self, variant: Variant, result: Any) -> Any:
        """Take the statistics out of the logs, which are the program's."""
        logs = result[0] if isinstance(result, tuple) else result
        if not isinstance(logs, dict) or KEY not in logs:
            return result
        self._packed, self._of, self._fetched = logs[KEY], variant, None
        rest = {name: value for name, value in logs.items() if name != KEY}
        return (rest, *result[1:]) if isinstance(result, tuple) else rest

    @property
    def loss(self) -> float | None:
        """The loss of the last step, from its tensor; waits until it is computed."""
        if self._packed is None or self._of is None or not self._of.has_loss:
            return None
        return float(self._numbers()[LOSS_AT])

    def _numbers(self) -> Any:
        """Return what the last step told; they are fetched from the device once."""
        if self._fetched is None:
            self._fetched = _as_numpy(self._packed["numbers"])
        return self._fetched

    @property
    def is_suspicious(self) -> bool:
        """Whether the last step's loss or gradients were seen not to be finite."""
        return self._packed is not None and bool(self._numbers()[SUSPICION] > 0)

    @property
    def moment(self) -> Moment | None:
        """What the last step began with, when it was suspicious; None where it was not kept."""
        if self._packed is None or self._of is None:
            return None
        if self._before is not None and self._batches is not None:
            return moment_of_state(self._before, self._batches, self.watched.keys)
        keeper = self._of.keeper
        found: Moment | None = (
            keeper.moment(self._packed.get("kept")) if keeper is not None else None
        )
        return found

    @property
    def batch(self) -> Any:
        """The batch of the last step on JAX; None elsewhere."""
        return self._batches.last if self._batches is not None else None

    @property
    def rows(self) -> int | None:
        """The samples in the batch of the last step; None where they are not known."""
        if self._packed is None:
            return None
        return int(self._numbers()[ROWS]) or None

    def take(self) -> Sample | None:
        """Return what the last step showed; None when it was not sampled."""
        variant = self._of
        if self._packed is None or variant is None or not variant.is_full:
            return None
        values = self._numbers()[LOSS_AT + variant.has_loss :]
        layers: dict[str, dict[str, float]] = {}
        for (key, name), value in zip(variant.names, values.tolist(), strict=True):
            layers.setdefault(key, {})[name] = value
        _add_penalty_share(layers, self.loss)
        return Sample(layers, _histograms(variant.spread_names, self._packed["spreads"]))


def make_sample(collector: Collector) -> Sample:
    """Return what a step showed that ran eagerly, whose statistics are values already."""
    layers: dict[str, dict[str, float]] = {}
    for (key, name), value in collector.combined().items():
        layers.setdefault(key, {})[name] = float(_as_numpy(value))
    rows = [_as_numpy(each) for each in collector.spreads.values()]
    loss = None if collector.loss is None else float(_as_numpy(collector.loss).mean())
    _add_penalty_share(layers, loss)
    return Sample(layers, _histograms(list(collector.spreads), rows))


def _as_numpy(tensor: Any) -> Any:
    """Return a tensor's numbers, without Keras's look for symbols, which takes longer than that."""
    if hasattr(tensor, "detach"):
        return tensor.detach().cpu().numpy()
    return tensor.numpy() if hasattr(tensor, "numpy") else np.asarray(tensor)


def _add_penalty_share(layers: dict[str, dict[str, float]], loss: float | None) -> None:
    penalty = layers.get(LOSS, {}).get("penalty")
    if penalty is not None and loss:
        layers[LOSS]["penalty_share"] = penalty / loss


def _histograms(names: list[Name], spreads: Any) -> dict[str, dict[str, Histogram]]:
    found: dict[str, dict[str, Histogram]] = {}
    if not names:
        return found
    rows = spreads if isinstance(spreads, list) else _as_numpy(spreads)
    for (key, kind), row in zip(names, rows, strict=True):
        low, high, counts = float(row[0]), float(row[1]), row[2:]
        edges = np.linspace(low, high, len(counts) + 1)
        histogram = Histogram(tuple(edges.tolist()), tuple(int(count) for count in counts))
        found.setdefault(key, {})[kind] = histogram
    return found


def make_probe(model: Any, **options: Any) -> Probe:
    """Return a probe of a model; the options are those of `Probe`."""
    return Probe(model, **options)
