"""The zoo: models on which tracers are tried.

`PORTABLE` runs on every backend and is importable without any but Keras's own; `ZOO` has what runs
on the backend that Keras uses.
"""

from __future__ import annotations

import keras

from tests.tracing.zoo import keras_models, known_models
from tests.tracing.zoo.examples import Example, Make
from tests.tracing.zoo.keras_models import Residual, Subclassed, subclassed

PORTABLE: dict[str, Make] = {**keras_models.MODELS, **known_models.MODELS}
ZOO = dict(PORTABLE)

if keras.config.backend() == "tensorflow":
    from tests.tracing.zoo import tensorflow_models

    ZOO.update(tensorflow_models.MODELS)

LARGE = frozenset(known_models.MODELS)
"""Models of more than a thousand operations."""

__all__ = ["LARGE", "PORTABLE", "ZOO", "Example", "Make", "Residual", "Subclassed", "subclassed"]
