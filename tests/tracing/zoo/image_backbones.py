"""Models of keras_hub that see images, from small configs; nothing is downloaded."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from tests.tracing.zoo.examples import Example, Make, by_name
from tests.tracing.zoo.text_backbones import make_backbone

CONFIGS: Mapping[str, Mapping[str, Any]] = {
    "CSPNet": {
        "stem_filters": 8,
        "stem_kernel_size": 3,
        "stem_strides": 1,
        "stackwise_depth": [1, 2],
        "stackwise_strides": [1, 2],
        "stackwise_num_filters": [8, 16],
        "block_type": "dark_block",
        "stage_type": "dark",
    },
    "DeiT": {
        "image_shape": (32, 32, 3),
        "patch_size": 8,
        "num_layers": 2,
        "num_heads": 2,
        "hidden_dim": 16,
        "intermediate_dim": 32,
    },
    "DenseNet": {"stackwise_num_repeats": [2, 2], "growth_rate": 4, "image_shape": (32, 32, 3)},
    "DINOV2": {
        "patch_size": 8,
        "num_layers": 2,
        "hidden_dim": 16,
        "num_heads": 2,
        "intermediate_dim": 32,
        "image_shape": (32, 32, 3),
        "position_embedding_shape": (32, 32),
    },
    "EfficientNet": {
        "stackwise_kernel_sizes": [3, 3],
        "stackwise_num_repeats": [1, 2],
        "stackwise_input_filters": [8, 8],
        "stackwise_output_filters": [8, 16],
        "stackwise_expansion_ratios": [1, 4],
        "stackwise_squeeze_and_excite_ratios": [0.25, 0.25],
        "stackwise_strides": [1, 2],
        "stackwise_block_types": ["v1", "v1"],
        "stackwise_force_input_filters": [0, 0],
        "stackwise_nores_option": [False, False],
        "stackwise_width_coefficients": [1.0, 1.0],
        "stackwise_depth_coefficients": [1.0, 1.0],
        "input_shape": (32, 32, 3),
    },
    "MiT": {
        "layerwise_depths": [1, 1],
        "num_layers": 2,
        "layerwise_num_heads": [1, 2],
        "layerwise_sr_ratios": [4, 2],
        "max_drop_path_rate": 0.1,
        "layerwise_patch_sizes": [7, 3],
        "layerwise_strides": [4, 2],
        "image_shape": (32, 32, 3),
        "hidden_dims": [8, 16],
    },
    "PaliGemma": {
        "vocabulary_size": 200,
        "image_size": 16,
        "num_layers": 2,
        "num_query_heads": 2,
        "num_key_value_heads": 1,
        "hidden_dim": 16,
        "intermediate_dim": 32,
        "head_dim": 8,
        "vit_patch_size": 8,
        "vit_num_heads": 2,
        "vit_hidden_dim": 16,
        "vit_num_layers": 2,
    },
    "ResNet": {
        "input_conv_filters": [64],
        "input_conv_kernel_sizes": [7],
        "stackwise_num_filters": [64, 16],
        "stackwise_num_blocks": [1, 2],
        "stackwise_num_strides": [1, 2],
        "block_type": "basic_block",
    },
    "SwinTransformer": {
        "image_shape": (32, 32, 3),
        "embed_dim": 8,
        "depths": [1, 1],
        "num_heads": [1, 2],
        "window_size": 4,
    },
    "VGG": {"stackwise_num_repeats": [1, 1], "stackwise_num_filters": [8, 16]},
    "ViT": {
        "image_shape": (32, 32, 3),
        "patch_size": 8,
        "num_layers": 2,
        "num_heads": 2,
        "hidden_dim": 16,
        "mlp_dim": 32,
    },
    "ViTDet": {
        "hidden_size": 16,
        "num_layers": 2,
        "intermediate_dim": 32,
        "num_heads": 2,
        "global_attention_layer_indices": [1],
        "image_shape": (64, 64, 3),
        "num_output_channels": 8,
        "window_size": 2,
    },
    "Xception": {
        "stackwise_conv_filters": [[8, 8], [16, 16]],
        "stackwise_pooling": [True, False],
        "image_shape": (32, 32, 3),
    },
}
"""What each backbone is made with, under its name in keras_hub without `Backbone`."""


def hub_vae() -> Example:
    """An encoder to a distribution, a draw from it, and a decoder."""
    return _vae(), None


def hub_clip() -> Example:
    """Two encoders, of images and of text, and the product of what they give."""
    import keras_hub

    towers = {"hidden_dim": 16, "num_layers": 2, "num_heads": 2, "intermediate_dim": 32}
    images = keras_hub.models.CLIPVisionEncoder(patch_size=8, image_shape=(32, 32, 3), **towers)
    model = keras_hub.models.CLIPBackbone(images, _clip_text(16), projection_dim=8)
    return model, None


def hub_sam() -> Example:
    """A prompt of points, boxes and masks beside the image."""
    import keras_hub

    encoder, _ = make_backbone("ViTDet", CONFIGS["ViTDet"])
    prompts = keras_hub.layers.SAMPromptEncoder(
        hidden_size=8,
        image_embedding_size=(4, 4),
        input_image_size=(64, 64),
        mask_in_channels=4,
    )
    masks = keras_hub.layers.SAMMaskDecoder(
        num_layers=2,
        hidden_size=8,
        intermediate_dim=16,
        num_heads=2,
        embedding_dim=8,
        num_multimask_outputs=3,
        iou_head_depth=2,
        iou_head_hidden_dim=8,
    )
    model = keras_hub.models.SAMBackbone(encoder, prompts, masks)
    return model, None


def hub_stable_diffusion_3() -> Example:
    """The diffuser. The model around it takes a number of steps that Keras cannot trace."""
    import keras_hub

    model = keras_hub.models.StableDiffusion3Backbone(
        mmdit_patch_size=2,
        mmdit_hidden_dim=32,
        mmdit_num_layers=2,
        mmdit_num_heads=2,
        mmdit_position_size=32,
        mmdit_qk_norm=None,
        mmdit_dual_attention_indices=None,
        vae=_vae(),
        clip_l=_clip_text(16, name="clip_l", intermediate_output_index=0),
        clip_g=_clip_text(16, name="clip_g", intermediate_output_index=0),
        image_shape=(32, 32, 3),
    )
    return model.diffuser, None


def _vae() -> Any:
    # keras_hub offers it by its module alone.
    from keras_hub.src.models.vae.vae_backbone import VAEBackbone

    return VAEBackbone([32, 32], [1, 1], [32, 32], [1, 1])


def _clip_text(hidden_dim: int, **options: Any) -> Any:
    import keras_hub

    return keras_hub.models.CLIPTextEncoder(
        vocabulary_size=200,
        embedding_dim=hidden_dim,
        hidden_dim=hidden_dim,
        num_layers=2,
        num_heads=2,
        intermediate_dim=32,
        **options,
    )


MODELS: dict[str, Make] = {
    f"hub_{name.lower()}": functools.partial(make_backbone, name, config)
    for name, config in CONFIGS.items()
}
MODELS.update(by_name(hub_vae, hub_clip, hub_sam, hub_stable_diffusion_3))
