"""Text models of keras_hub from small configs; nothing is downloaded."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from tests.tracing.zoo.examples import Example, Make

SIZES = {"vocabulary_size": 200, "num_layers": 2, "hidden_dim": 32, "intermediate_dim": 64}
HEADS = {**SIZES, "num_heads": 2}
GROUPED = {**SIZES, "num_query_heads": 4, "num_key_value_heads": 2}
EXPERTS = {"num_experts": 4, "top_k": 2}

CONFIGS: Mapping[str, Mapping[str, Any]] = {
    "Albert": {**HEADS, "embedding_dim": 16},
    "Bart": HEADS,
    "Bert": HEADS,
    "Bloom": HEADS,
    "DebertaV3": {**HEADS, "bucket_size": 8, "max_sequence_length": 64},
    "DistilBert": HEADS,
    "Electra": {
        "vocab_size": 200,
        "num_layers": 2,
        "num_heads": 2,
        "hidden_dim": 32,
        "embedding_dim": 16,
        "intermediate_dim": 64,
    },
    "ESM": HEADS,
    "FNet": SIZES,
    "Falcon": {**SIZES, "num_attention_heads": 2},
    "Gemma": {**GROUPED, "head_dim": 8},
    "Gemma3": {**GROUPED, "head_dim": 8, "image_size": 16},
    "GPT2": HEADS,
    "GPTNeoX": HEADS,
    "GptOss": {**GROUPED, **EXPERTS, "head_dim": 8},
    "Llama": GROUPED,
    "Mistral": {**GROUPED, "sliding_window": 8},
    "Mixtral": {**GROUPED, **EXPERTS},
    "OPT": HEADS,
    "Phi3": GROUPED,
    "Qwen": GROUPED,
    "Qwen3": {**GROUPED, "head_dim": 8},
    "Qwen3Moe": {**GROUPED, **EXPERTS, "moe_intermediate_dim": 16, "head_dim": 8},
    "Roberta": HEADS,
    "RoformerV2": {**HEADS, "head_size": 16},
    "T5": HEADS,
    "Whisper": {**HEADS, "max_encoder_sequence_length": 64, "max_decoder_sequence_length": 32},
    "XLMRoberta": HEADS,
    "XLNet": HEADS,
}
"""What each backbone is made with, under its name in keras_hub without `Backbone`."""


def make_backbone(name: str, config: Mapping[str, Any]) -> Example:
    """Return a backbone of keras_hub; it knows its own inputs."""
    import keras_hub

    return getattr(keras_hub.models, f"{name}Backbone")(**config), None


MODELS: dict[str, Make] = {
    f"hub_{name.lower()}": functools.partial(make_backbone, name, config)
    for name, config in CONFIGS.items()
}
