"""JAX's primitives that do the same to every element: one FLOP for each element of the result.

The exceptions are those of TensorFlow's profiler (see `elementwise`), so that a model costs the
same on each backend. What PyTorch calls by the same name stands in `torch_elementwise`.
"""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, as_int, names
from graphscope.analysis.costs.operations.elementwise import per_element

_ONE = names("""
    add_any and bessel_i0e bessel_i1e cbrt clz erf_inv igamma igamma_grad_a igammac is_finite
    logistic not or population_count regularized_incomplete_beta rem select_n shift_left
    shift_right_arithmetic shift_right_logical xor zeta random_bits rng_bit_generator
    rng_uniform random_gamma
""")


def _integer_power(call: Call) -> int:
    # Squares and products: x**3 takes two multiplications, x**4 two squares.
    exponent = abs(as_int(call.settings.get("y")))
    return call.made * max(1, exponent.bit_length() + exponent.bit_count() - 2)


RULES: dict[str, Rule] = {
    **dict.fromkeys(_ONE, per_element(1)),
    "integer_pow": _integer_power,
}
"""By primitive."""
