"""The samples are what the README promises: small, described, and models that predict and train."""

from __future__ import annotations

import ast
import importlib
from typing import Any

import keras
import numpy as np
import pytest

from graphscope.session.samples import list_samples

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

NAMES = [sample.name for sample in list_samples()]
BATCH, OPEN_SIZE = 2, 7


def load(name: str) -> tuple[Any, Any]:
    """Return the model and symbolic inputs."""
    made = importlib.import_module(f"sample_models.{name}").make_model()
    if isinstance(made, tuple):
        return made
    # The inputs of a sequential model are a list of one.
    return made, made.inputs[0] if isinstance(made, keras.Sequential) else made.input


def make_array(spec: Any, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    shape = [BATCH, *(OPEN_SIZE if size is None else size for size in spec.shape[1:])]
    if "int" in spec.dtype:
        return rng.integers(1, 5, shape).astype(spec.dtype)
    return rng.random(shape).astype(spec.dtype)


def test_the_samples_of_the_issue_are_there() -> None:
    assert NAMES == [
        "bilstm_tagger",
        "mnist_cnn",
        "moe",
        "multi_io",
        "siamese",
        "subclassed_resnet",
        "tiny_gpt",
        "unet",
    ]


@pytest.mark.parametrize("sample", list_samples(), ids=NAMES)
def test_a_sample_is_small_and_described(sample: Any) -> None:
    text = sample.path.read_text(encoding="utf-8")
    assert sample.description.endswith((".", ","))
    assert len(text.splitlines()) <= 125
    assert all(ast.get_docstring(made) for made in ast.walk(ast.parse(text)) if _is_public(made))


def _is_public(made: ast.AST) -> bool:
    methods = ("__init__", "build", "call")
    return isinstance(made, ast.ClassDef) or (
        isinstance(made, ast.FunctionDef) and made.name not in methods
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_predicts_and_trains(name: str) -> None:
    model, example = load(name)
    rng = np.random.default_rng(0)
    inputs = keras.tree.map_structure(lambda spec: make_array(spec, rng), example)
    outputs = model.predict(inputs, verbose=0)
    before = [np.array(weight) for weight in model.trainable_weights]
    targets = keras.tree.map_structure(lambda output: output + 0.5, outputs)
    model.compile("sgd", keras.tree.map_structure(lambda _: "mse", outputs))
    assert np.all(np.isfinite(model.train_on_batch(inputs, targets)))
    changed = [
        not np.array_equal(old, new)
        for old, new in zip(before, model.trainable_weights, strict=True)
    ]
    # Experts and words that no example chose stay as they are.
    assert sum(changed) > len(changed) / 4
