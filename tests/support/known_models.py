"""Well-known models at full size, on any backend; 128 tokens where they read text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TOKENS = 128


def resnet50() -> tuple[Any, Any]:
    """ResNet50 of keras.applications, images of 224 by 224."""
    import keras

    return keras.applications.ResNet50(weights=None), None


def bert_base() -> tuple[Any, Any]:
    """BERT base, of keras_hub."""
    return _backbone("BertBackbone", vocabulary_size=30_522, max_sequence_length=512)


def gpt2_base() -> tuple[Any, Any]:
    """GPT-2 base, of keras_hub."""
    return _backbone("GPT2Backbone", vocabulary_size=50_257, max_sequence_length=1024)


def _backbone(name: str, **config: int) -> tuple[Any, Any]:
    import keras
    import keras_hub

    model = getattr(keras_hub.models, name)(
        num_layers=12, num_heads=12, hidden_dim=768, intermediate_dim=3072, **config
    )
    inputs = {key: keras.KerasTensor((None, TOKENS), dtype="int32") for key in model.input}
    return model, inputs


KNOWN_MODELS: dict[str, Callable[[], tuple[Any, Any]]] = {
    make.__name__: make for make in (resnet50, bert_base, gpt2_base)
}
