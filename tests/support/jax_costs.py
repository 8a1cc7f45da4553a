"""What JAX counts for one call of a model: python -m tests.support.jax_costs MODEL.

Prints a JSON object: `lowered` is counted before XLA optimizes, `compiled` after. It runs in a
process of its own, because Keras chooses its backend once.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"
# XLA counts what it hands to a library of kernels as nothing; without the library it counts all.
os.environ["XLA_FLAGS"] = "--xla_cpu_experimental_ynn_fusion_type= --xla_cpu_use_xnnpack=false"


def count(name: str) -> dict[str, float]:
    """Return the FLOPs of one call of a known model, for a batch of 1."""
    import jax
    import keras

    from tests.support.known_models import KNOWN_MODELS

    model, inputs = KNOWN_MODELS[name]()

    def shape_of(value: Any) -> Any:
        return jax.ShapeDtypeStruct((1, *value.shape[1:]), value.dtype)

    def call(trainable: Any, rest: Any, x: Any) -> Any:
        return model.stateless_call(trainable, rest, x, training=False)[0]

    weights = [
        [jax.ShapeDtypeStruct(each.shape, each.dtype) for each in group]
        for group in (model.trainable_variables, model.non_trainable_variables)
    ]
    examples = keras.tree.map_structure(shape_of, model.input if inputs is None else inputs)
    lowered = jax.jit(call).lower(*weights, examples)
    return {
        "lowered": lowered.cost_analysis()["flops"],
        "compiled": lowered.compile().cost_analysis()["flops"],
    }


if __name__ == "__main__":
    print(json.dumps(count(sys.argv[1])))  # noqa: T201
