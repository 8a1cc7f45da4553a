"""The zoo: models on which tracers are tried.

`PORTABLE` runs on every backend and imports none but the one that Keras uses; `ZOO` has what runs
on the backend that Keras uses. The large collections (`text_backbones`, `image_backbones`,
`applications`) are modules of their own.
"""

from __future__ import annotations

import keras

from tests.tracing.zoo import (
    control,
    keras_models,
    known_models,
    recurrent,
    structures,
    wrapped,
)
from tests.tracing.zoo.examples import Example, Make
from tests.tracing.zoo.keras_models import Residual, Subclassed, subclassed

PORTABLE: dict[str, Make] = {
    **keras_models.MODELS,
    **structures.MODELS,
    **recurrent.MODELS,
    **control.MODELS,
    **wrapped.MODELS,
    **known_models.MODELS,
}
ZOO = dict(PORTABLE)

if keras.config.backend() == "tensorflow":
    from tests.tracing.zoo import tensorflow_models

    ZOO.update(tensorflow_models.MODELS)

LARGE = frozenset(known_models.MODELS)
"""Models of more than a thousand operations, or nearly."""

__all__ = ["LARGE", "PORTABLE", "ZOO", "Example", "Make", "Residual", "Subclassed", "subclassed"]
