"""The models of the coverage page, in sections."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping

import keras

from graphscope.session.samples import list_samples
from tests.tracing.zoo import (
    applications,
    control,
    image_backbones,
    keras_models,
    recurrent,
    structures,
    tensorflow_models,
    text_backbones,
    wrapped,
)
from tests.tracing.zoo.examples import Example, Make


def _make_sample(name: str) -> Example:
    made = importlib.import_module(f"sample_models.{name}").make_model()
    return (made, None) if isinstance(made, keras.layers.Layer) else made


SAMPLES: dict[str, Make] = {
    f"sample:{sample.name}": functools.partial(_make_sample, sample.name)
    for sample in list_samples()
}
SECTIONS: Mapping[str, Mapping[str, Make]] = {
    "Sample models": SAMPLES,
    "Difficult models: layers and their calls": {**keras_models.MODELS, **structures.MODELS},
    "Difficult models: recurrences": recurrent.MODELS,
    "Difficult models: control flow of keras.ops": control.MODELS,
    "Difficult models: quantised, adapted and wrapped layers": wrapped.MODELS,
    "Difficult models: TensorFlow's own functions": tensorflow_models.MODELS,
    "keras_hub: text": text_backbones.MODELS,
    "keras_hub: images, sound and both": image_backbones.MODELS,
    "keras.applications": applications.MODELS,
}
"""Titles with the models below them, by name."""

ALL: Mapping[str, Make] = {name: make for part in SECTIONS.values() for name, make in part.items()}
FAST = (
    "sample:unet",
    "shared_encoder",
    "nested_subclasses",
    "stacked_cells",
    "nested_control",
    "low_rank",
    "autograph",
    "hub_bert",
    "hub_mixtral",
    "hub_vit",
)
"""What is compared with the page in every run of the tests."""
