"""The probe: takes the place of a model's train function while it trains."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphscope.monitor.probe.collector import Collector, Name
from graphscope.monitor.probe.hooks import collecting
from graphscope.monitor.probe.layers import watch_layers
from graphscope.runs import Histogram, LayerInfo
from graphscope.runs.records import LOSS

KEY = "__graphscope__"
"""What a step's statistics go by among its logs, until they are taken out again."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one step showed: by layer key, numbers and histograms by name (see `runs.records`)."""

    layers: Mapping[str, Mapping[str, float]]
    histograms: Mapping[str, Mapping[str, Histogram]] = field(default_factory=dict)


class _Variant:
    """One compiled form of the training step, with or without statistics."""

    def __init__(self, probe: Probe, *, is_full: bool) -> None:
        self.is_full = is_full
        self.names: list[Name] = []
        self.spread_names: list[Name] = []
        self.has_loss = False
        self.error: Exception | None = None
        self.trace_seconds = 0.0
        self.calls = 0
        self.function = self._make(probe)

    def _make(self, probe: Probe) -> Any:
        """Have Keras build its train function around a step that also returns statistics."""
        model = probe.model
        original = model.train_step
        had_function = model.train_function

        def train_step(*args: Any) -> Any:
            collector = Collector(probe.watched, is_full=self.is_full, histograms=probe.histograms)
            with collecting(collector):
                result = original(*args)
            x, y, _ = _unpacked(args[-1])
            collector.take_data(x, y)
            try:
                return self._with_statistics(result, collector, x)
            except Exception as error:  # noqa: BLE001 - ours; the step itself has gone well
                self.error = self.error or error
                return result

        try:
            with _step_of(model, train_step):
                model.make_train_function(force=True)
            function = model.train_function
        finally:
            model.train_function = had_function

        def run(*args: Any) -> Any:
            with _step_of(model, train_step):  # PyTorch's function looks it up in each step.
                return function(*args)

        return run

    def _with_statistics(self, result: Any, collector: Collector, x: Any) -> Any:
        from keras import ops

        logs = result[0] if isinstance(result, tuple) else result
        if not isinstance(logs, dict):
            return result
        self.error = collector.error
        combined = collector.combined()
        self.names, self.spread_names = list(combined), list(collector.spreads)
        self.has_loss = collector.loss is not None
        values = [ops.cast(_rows(x), "float32")]
        values += [ops.cast(ops.mean(collector.loss), "float32")] if self.has_loss else []
        values += [ops.reshape(ops.cast(each, "float32"), ()) for each in combined.values()]
        packed = {
            "numbers": ops.stack(values),
            "spreads": (
                ops.stack(list(collector.spreads.values()))
                if collector.spreads
                else ops.zeros((0, 0), "float32")
            ),
        }
        logs = {**logs, KEY: packed}
        return (logs, *result[1:]) if isinstance(result, tuple) else logs


@contextmanager
def _step_of(model: Any, train_step: Any) -> Iterator[None]:
    """Give a model another training step; not through `__setattr__`, which would track it."""
    object.__setattr__(model, "train_step", train_step)
    try:
        yield
    finally:
        object.__delattr__(model, "train_step")


def _rows(x: Any) -> Any:
    """Return the size of a batch, which may be known only when the step runs; 0 when it is not."""
    import keras

    first = next((each for each in keras.tree.flatten(x) if hasattr(each, "shape")), None)
    return keras.ops.shape(first)[0] if first is not None and len(first.shape) else 0


def _unpacked(data: Any) -> tuple[Any, Any, Any]:
    import keras

    try:
        unpacked: tuple[Any, Any, Any] = keras.utils.unpack_x_y_sample_weight(data)
    except ValueError:
        return data, None, None
    return unpacked


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
        self._variants: dict[bool, _Variant | None] = {}
        self._is_wanted = False
        self._noted: set[str] = set()
        self._packed: Any = None
        self._of: _Variant | None = None

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

    def _run_plain(self, variant: _Variant, error: Exception, args: Any) -> Any:
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

    def _variant(self, is_full: bool) -> _Variant | None:
        if is_full not in self._variants:
            try:
                self._variants[is_full] = _Variant(self, is_full=is_full)
            except Exception as error:  # noqa: BLE001 - ours must not end the training
                self._variants[is_full] = None
                self._tell(
                    f"The training step cannot be watched ({type(error).__name__}: {error})."
                )
        return self._variants[is_full]

    def _take_out(self, variant: _Variant, result: Any) -> Any:
        """Take the statistics out of the logs, which are the program's."""
        logs = result[0] if isinstance(result, tuple) else result
        if not isinstance(logs, dict) or KEY not in logs:
            return result
        self._packed, self._of = logs[KEY], variant
        rest = {name: value for name, value in logs.items() if name != KEY}
        return (rest, *result[1:]) if isinstance(result, tuple) else rest

    @property
    def loss(self) -> float | None:
        """The loss of the last step, from its tensor; waits until it is computed."""
        if self._packed is None or self._of is None or not self._of.has_loss:
            return None
        return float(_as_numpy(self._packed["numbers"])[1])

    @property
    def rows(self) -> int | None:
        """The samples in the batch of the last step; None where they are not known."""
        if self._packed is None:
            return None
        return int(_as_numpy(self._packed["numbers"])[0]) or None

    def take(self) -> Sample | None:
        """Return what the last step showed; None when it was not sampled."""
        variant = self._of
        if self._packed is None or variant is None or not variant.is_full:
            return None
        values = _as_numpy(self._packed["numbers"])[1 + variant.has_loss :]
        layers: dict[str, dict[str, float]] = {}
        for (key, name), value in zip(variant.names, values.tolist(), strict=True):
            layers.setdefault(key, {})[name] = value
        _add_penalty_share(layers, self.loss)
        return Sample(layers, _histograms(variant.spread_names, self._packed["spreads"]))


def _as_numpy(tensor: Any) -> Any:
    import keras

    return np.asarray(keras.ops.convert_to_numpy(tensor))


def _add_penalty_share(layers: dict[str, dict[str, float]], loss: float | None) -> None:
    penalty = layers.get(LOSS, {}).get("penalty")
    if penalty is not None and loss:
        layers[LOSS]["penalty_share"] = penalty / loss


def _histograms(names: list[Name], spreads: Any) -> dict[str, dict[str, Histogram]]:
    found: dict[str, dict[str, Histogram]] = {}
    if not names:
        return found
    for (key, kind), row in zip(names, _as_numpy(spreads), strict=True):
        low, high, counts = float(row[0]), float(row[1]), row[2:]
        edges = np.linspace(low, high, len(counts) + 1)
        histogram = Histogram(tuple(edges.tolist()), tuple(int(count) for count in counts))
        found.setdefault(key, {})[kind] = histogram
    return found


def make_probe(model: Any, **options: Any) -> Probe:
    """Return a probe of a model; the options are those of `Probe`."""
    return Probe(model, **options)
