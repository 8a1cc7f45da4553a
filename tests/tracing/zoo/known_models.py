"""Models that everybody knows, from keras_hub and keras.applications."""

from __future__ import annotations

import keras

from tests.tracing.zoo.examples import Example, by_name


def _hub_backbone(name: str, inputs: tuple[str, ...]) -> Example:
    import keras_hub

    model = getattr(keras_hub.models, name)(
        vocabulary_size=200,
        num_layers=2,
        num_heads=2,
        hidden_dim=32,
        intermediate_dim=64,
        max_sequence_length=16,
    )
    return model, {key: keras.KerasTensor((None, 16), dtype="int32") for key in inputs}


def bert_like() -> Example:
    """A keras_hub BERT from a small config, sequence length given."""
    return _hub_backbone("BertBackbone", ("token_ids", "segment_ids", "padding_mask"))


def gpt_like() -> Example:
    """A keras_hub GPT-2 from a small config, sequence length given."""
    return _hub_backbone("GPT2Backbone", ("token_ids", "padding_mask"))


def resnet50() -> Example:
    """175 layers in one scope."""
    return keras.applications.ResNet50(weights=None), None


def mobilenet_v3() -> Example:
    """Squeeze-and-excite blocks; the image size is given."""
    return keras.applications.MobileNetV3Small(weights=None, input_shape=(224, 224, 3)), None


MODELS = by_name(
    bert_like,
    gpt_like,
    resnet50,
    mobilenet_v3,
)
