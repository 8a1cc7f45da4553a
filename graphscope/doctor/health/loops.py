"""Loops of the program's own, watched without editing them: `train_on_batch`, and tape and apply.

What `train_on_batch` runs is Keras's own step, so a monitor looks into it as it does in `fit`. Of
other loops the loss of each step and the learning rate are seen: an optimizer that is applied makes
a step, and its loss is what a tape differentiated or, where the step is a `tf.function`, what that
returned. A step that is compiled by JAX or PyTorch is not seen.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from graphscope.doctor.records import Boundary, Site
from graphscope.doctor.watching.sites import SiteCamera
from graphscope.monitor.readings import as_number
from graphscope.tracers.patching import patched

_STEPS = 500
"""That a loop is said to have: a short one, which is looked into ever more rarely."""
_OPTIONS: dict[str, Any] = {"graph": False, "histograms": False}


class Loop:
    """One loop: what it trains, and the log of it.

    Attributes:
        folder: of its run.
        fit: the call that stands for the loop, for rules to look at.
    """

    def __init__(self, folder: Path, fit: Boundary) -> None:
        from graphscope.monitor.callback import Monitor

        self.folder, self.fit = folder, fit
        self._monitor = Monitor(folder, **_OPTIONS)
        self._count = 0
        self._has_begun = False

    def begin_batch(self) -> None:
        """Say that `train_on_batch` is about to run, on a model that has its train function."""
        monitor = self._monitor
        if not self._has_begun:
            self._has_begun = True
            monitor.set_params({"epochs": 1, "steps": _STEPS})
            monitor.set_model(self.fit.model)
            monitor.on_train_begin()
            monitor.on_epoch_begin(0)
        monitor.on_train_batch_begin(self._count)

    def end_batch(self, logs: dict[str, Any]) -> None:
        """Log what `train_on_batch` returned."""
        self._monitor.on_train_batch_end(self._count, logs)
        self._count += 1

    def step(self, loss: Any) -> None:
        """Log one step of another loop."""
        optimizer = self.fit.model.optimizer
        numbers = {"loss": as_number(loss), "learning_rate": _rate(optimizer)}
        with self._monitor.step() as log:
            log.update({name: value for name, value in numbers.items() if value is not None})

    def end(self) -> None:
        """Close the log."""
        if self._has_begun:
            self._monitor.on_train_end()
        else:
            self._monitor.end()


class Trained:
    """What stands for a model that is trained in a loop: the model, with the loop's optimizer.

    Attributes:
        optimizer: that is applied.
        model: whose weights it changes; None where that is not known.
    """

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.model: Any = None

    def find_model(self, models: Iterable[Any]) -> None:
        """Take the smallest model that has the weights which the optimizer changes."""
        own = {id(each) for each in getattr(self.optimizer, "_trainable_variables", ())}
        having = [
            (len(model.trainable_variables), index, model)
            for index, model in enumerate(models)
            if own and own <= {id(each) for each in model.trainable_variables}
        ]
        self.model = min(having)[2] if having else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def _flatten_layers(self, *args: Any, **kwargs: Any) -> Any:
        return self.model._flatten_layers(*args, **kwargs) if self.model is not None else []


class Loops:
    """All loops of one program.

    Args:
        folder: that will hold their runs.
        tell: told what cannot be watched.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self._folder, self._tell = folder, tell
        self.found: dict[int, Loop] = {}
        self.depth = 0
        """How many calls of Keras are running that are watched in another way, or not at all."""
        self._camera = SiteCamera()
        self._loss: Any = None
        self._function: Any = None
        self._training: dict[int, tuple[Any, Any, Site]] = {}

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Watch nothing within the block."""
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def _loop(self, owner: Any, make: Callable[[], Boundary]) -> Loop:
        if id(owner) not in self.found:
            folder = self._folder / f"loop{len(self.found)}"
            self.found[id(owner)] = Loop(folder, make())
        return self.found[id(owner)]

    def _harmless(self, watch: Callable[[], None]) -> None:
        try:
            watch()
        except Exception as error:  # noqa: BLE001 - ours; the program goes on
            text = " ".join(str(error).split())[:200]
            self._tell(f"A training loop could not be watched ({type(error).__name__}: {text}).")

    def train_on_batch(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap `Model.train_on_batch`."""

        @functools.wraps(original)
        def watched(model: Any, *args: Any, **kwargs: Any) -> Any:
            if self.depth:
                return original(model, *args, **kwargs)
            site = self._camera.capture(sys._getframe(1))
            with self.inside():
                self._harmless(lambda: self._before(model, site))
                result = original(model, *args, **kwargs)
                self._harmless(lambda: self._after(model, result))
            return result

        return watched

    def _before(self, model: Any, site: Site) -> None:
        if not model.built or model.optimizer is None:
            return  # From the second batch on it is.
        model.make_train_function()
        self._loop(model, lambda: _boundary("train_on_batch", model, site)).begin_batch()

    def _after(self, model: Any, result: Any) -> None:
        loop = self.found.get(id(model))
        if loop is not None:
            first = result[0] if isinstance(result, list | tuple) else result
            loop.end_batch(dict(first) if isinstance(first, dict) else {"loss": first})

    def apply(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap `Optimizer.apply`."""

        @functools.wraps(original)
        def watched(optimizer: Any, grads: Any, *args: Any, **kwargs: Any) -> Any:
            if self.depth:
                return original(optimizer, grads, *args, **kwargs)
            site = self._camera.capture(sys._getframe(1))
            with self.inside():
                result = original(optimizer, grads, *args, **kwargs)
            self._harmless(lambda: self._applied(optimizer, site))
            return result

        return watched

    def _applied(self, optimizer: Any, site: Site) -> None:
        if self._function is not None:  # While it is traced: its calls will be the steps.
            self._training[id(self._function)] = (self._function, optimizer, site)
        elif _is_eager():
            loss, self._loss = self._loss, None
            self._step(optimizer, site, loss)

    def _step(self, optimizer: Any, site: Site, loss: Any) -> None:
        def make() -> Boundary:
            return _boundary("fit", Trained(optimizer), site)

        self._loop(optimizer, make).step(loss)

    def differentiated(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap `GradientTape.gradient`, which is given the loss."""

        @functools.wraps(original)
        def gradient(tape: Any, target: Any, *args: Any, **kwargs: Any) -> Any:
            self._remember(target)
            return original(tape, target, *args, **kwargs)

        return gradient

    def backward(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap `Tensor.backward`: the tensor is the loss."""

        @functools.wraps(original)
        def backward(tensor: Any, *args: Any, **kwargs: Any) -> Any:
            self._remember(tensor)
            return original(tensor, *args, **kwargs)

        return backward

    def _remember(self, loss: Any) -> None:
        is_outside = not self.depth and self._function is None
        if is_outside and len(getattr(loss, "shape", (0,))) == 0:
            self._loss = loss.detach() if hasattr(loss, "detach") else loss

    def function(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap `tf.function`'s `__call__`."""

        @functools.wraps(original)
        def watched(function: Any, *args: Any, **kwargs: Any) -> Any:
            if self.depth or self._function is not None or not _is_eager():
                return original(function, *args, **kwargs)
            self._function = function
            try:
                result = original(function, *args, **kwargs)
            finally:
                self._function = None
            known = self._training.get(id(function))
            if known is not None:
                self._harmless(lambda: self._step(known[1], known[2], _scalar(result)))
            return result

        return watched

    def end(self) -> None:
        """Close all logs."""
        for loop in self.found.values():
            self._harmless(loop.end)


def _boundary(kind: Any, model: Any, site: Site) -> Boundary:
    return Boundary(kind, model, {}, {}, site, finished=True)


def _rate(optimizer: Any) -> float | None:
    return as_number(getattr(optimizer, "learning_rate", None))


def _is_eager() -> bool:
    import keras

    backend: str = keras.backend.backend()
    if backend != "tensorflow":
        return backend == "torch"
    import tensorflow as tf

    return bool(tf.executing_eagerly())


def _scalar(result: Any) -> Any:
    """Return the first single number of what a step returned: by custom its loss."""
    import keras

    for each in keras.tree.flatten(result):
        shape = getattr(each, "shape", None)
        if shape is not None and len(shape) == 0 and "float" in str(each.dtype):
            return each
    return None


@contextmanager
def loops_watched(loops: Loops) -> Iterator[None]:
    """Watch all loops in the block; Keras has been imported."""
    import keras

    backend = keras.backend.backend()
    with ExitStack() as stack:
        stack.callback(loops.end)
        stack.enter_context(patched(keras.Model, "train_on_batch", loops.train_on_batch))
        stack.enter_context(patched(keras.optimizers.Optimizer, "apply", loops.apply))
        if backend == "tensorflow":
            import tensorflow as tf
            from tensorflow.python.eager.polymorphic_function import polymorphic_function

            stack.enter_context(patched(tf.GradientTape, "gradient", loops.differentiated))
            stack.enter_context(patched(polymorphic_function.Function, "__call__", loops.function))
        elif backend == "torch":
            import torch

            stack.enter_context(patched(torch.Tensor, "backward", loops.backward))
        yield
