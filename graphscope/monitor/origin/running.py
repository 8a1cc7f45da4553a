"""What the replays have in common: hooks around layers, tapes and optimizers, and lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import CodeType
from typing import Any

from graphscope.graph import SourceLine
from graphscope.monitor.origin.moments import Moment
from graphscope.monitor.probe.hooks import applying_classes, replaced
from graphscope.tracers.frames import find_user_line


class Running:
    """One replay: which layers are running, and what its loss and gradients turned out to be."""

    def __init__(self, moment: Moment) -> None:
        self.keys = moment.layers or {}
        self.layers: list[str] = []
        self.losses: list[Any] = []
        self.gradients: list[Any] = []

    @property
    def layer(self) -> str | None:
        """The innermost layer that is running."""
        return self.layers[-1] if self.layers else None

    def line(self, *, within: CodeType | None = None) -> SourceLine | None:
        """The user's line that is running within the step, or within some code of it."""
        return find_user_line(sys._getframe(1), stop=within or run_step.__code__)


def run_step(step: Callable[..., Any], *args: Any) -> Any:
    """Run a step; lines beyond this frame are not the step's."""
    return step(*args)


@contextmanager
def watched_step(
    running: Running, *, after_call: Callable[[str, Any], None] = lambda _key, _outputs: None
) -> Iterator[None]:
    """Follow the layers of what runs in the block, and let its optimizers do nothing.

    Args:
        running: is told what runs.
        after_call: called with a layer's key and what it returned.
    """
    import keras

    def make_call(original: Any) -> Any:
        def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N807
            key = running.keys.get(id(self))
            if key is None:
                return original(self, *args, **kwargs)
            running.layers.append(key)
            try:
                outputs = original(self, *args, **kwargs)
            finally:
                running.layers.pop()
            after_call(key, outputs)
            return outputs

        return __call__

    def make_apply(_original: Any) -> Any:
        def apply(_self: Any, grads: Any, *_args: Any, **_options: Any) -> None:
            running.gradients += [each for each in grads if each is not None]

        return apply

    with ExitStack() as stack:
        stack.enter_context(replaced(keras.layers.Layer, "__call__", make_call))
        for kind in applying_classes(keras.optimizers.Optimizer):
            stack.enter_context(replaced(kind, "apply", make_apply))
        yield
