"""Losses as one operation: what they do to each element of the prediction, and the sum of it."""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule


def _per_element_taken(flops: int) -> Rule:
    def rule(call: Call) -> int:
        return flops * call.taken

    return rule


RULES: dict[str, Rule] = {
    # A softmax (5), a product with the label, the sum; the derivative is a difference on top.
    "SoftmaxCrossEntropyWithLogits": _per_element_taken(8),
    "SparseSoftmaxCrossEntropyWithLogits": _per_element_taken(6),
    # Keras operations: logarithm, product and sum, behind a softmax or sigmoid where they get
    # logits.
    "CategoricalCrossentropy": _per_element_taken(8),
    "SparseCategoricalCrossentropy": _per_element_taken(6),
    "BinaryCrossentropy": _per_element_taken(7),
}
