"""Models, and what trains them, are left as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graphscope.tracers.preserve import preserved
from graphscope.tracers.steps.trained import find_trained_objects
from graphscope.tracers.tensorflow.functions import functions_traced_afresh
from graphscope.tracers.variables import abstract_variables


@contextmanager
def unchanged(model: Any) -> Iterator[None]:
    """Leave a model, its optimizers, losses and metrics as they are, and allocate nothing."""
    with (
        preserved(model, find_trained_objects(model)),
        abstract_variables(),
        functions_traced_afresh(),
    ):
        yield
