"""The dtype of what a layer returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# Layers that only move numbers around: whole numbers stay what they are, floats are cast.
_PASSING = frozenset(
    """
    Identity Flatten Reshape Permute RepeatVector Masking Dropout GaussianDropout GaussianNoise
    AlphaDropout SpatialDropout1D SpatialDropout2D SpatialDropout3D ActivityRegularization
    ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D UpSampling1D
    UpSampling2D UpSampling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
    """.split()  # noqa: SIM905 - a paragraph of names reads better than a column
)

_LOOKUPS = frozenset({"IntegerLookup", "StringLookup", "TextVectorization"})

UNKNOWN = ""
"""The dtype of a tensor about which the file says nothing."""


def compute_dtype(policy: Any) -> str:
    """Return the dtype in which a layer of this dtype policy calculates.

    >>> compute_dtype("float32"), compute_dtype({"config": {"name": "mixed_bfloat16"}})
    ('float32', 'bfloat16')
    >>> compute_dtype({"config": {"mode": "int8", "source_name": "mixed_float16"}})
    'float16'
    """
    policy = without_map(policy)
    if isinstance(policy, Mapping):
        config = policy.get("config")
        if not isinstance(config, Mapping):
            return UNKNOWN
        policy = config.get("source_name") or config.get("name")
    if policy is None:
        return "float32"
    return policy.removeprefix("mixed_")[:32] if isinstance(policy, str) else UNKNOWN


def without_map(policy: Any) -> Any:
    """Return the policy of a layer itself, where it has a map of policies for those inside."""
    config = policy.get("config") if isinstance(policy, Mapping) else None
    return config.get("default_policy", policy) if isinstance(config, Mapping) else policy


def output_dtype(class_name: str, config: Mapping[str, Any], inputs: Sequence[str]) -> str:
    """Return the dtype of a built-in layer's outputs.

    Args:
        class_name: class of the layer.
        config: its config.
        inputs: dtypes of its tensor arguments.
    """
    own = compute_dtype(config.get("dtype"))
    if class_name in _LOOKUPS:
        return "int64" if config.get("output_mode", "int") == "int" else "float32"
    if class_name == "Discretization" and config.get("output_mode", "int") == "int":
        return "int32"
    if class_name in _PASSING and inputs and not inputs[0].startswith(("float", "bfloat")):
        return inputs[0]
    return own
