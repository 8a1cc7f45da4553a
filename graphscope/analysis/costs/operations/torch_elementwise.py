"""PyTorch's operations that do the same to every element; counts as in `elementwise`."""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, names
from graphscope.analysis.costs.operations.elementwise import per_element

_ONE = names("""
    abs acos acosh asin asinh atan atanh ceil cos cosh digamma elu erf erfc erfinv exp exp2 expm1
    floor frac bitwise_not isfinite isinf isnan isneginf isposinf leaky_relu lgamma log log10 log1p
    log2 logical_not neg reciprocal relu relu6 round sgn sigmoid sign signbit sin sinc sinh softplus
    sqrt square tan tanh trunc angle conj_physical polygamma nan_to_num threshold prelu
    add sub rsub mul div fmod remainder floor_divide pow atan2 hypot xlogy maximum minimum fmax fmin
    eq ne gt ge lt le logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor
    bitwise_left_shift bitwise_right_shift lshift rshift nextafter copysign heaviside ldexp
    logaddexp logaddexp2 gcd lcm where masked_fill bucketize searchsorted complex polar
    clamp_min clamp_max special_i0 special_i1 special_ndtri special_erfcx i0 dropout
    normal rand randn uniform bernoulli randint randperm multinomial exponential random
    rand_like randn_like randint_like native_dropout
""")

_SEVERAL = {
    "rsqrt": 2,
    "clamp": 2,
    "softmax": 5,
    "log_softmax": 5,
    "silu": 3,
    "glu": 2,
    "hardsigmoid": 3,
    "hardswish": 4,
    "hardtanh": 2,
    "log_sigmoid_forward": 3,
    "celu": 6,
    "mish": 3,
    "softshrink": 1,
    "hardshrink": 1,
    "lerp": 3,
    "addcmul": 3,
    "addcdiv": 3,
}


def _gelu(call: Call) -> int:
    # x / 2 * (1 + erf(x / sqrt(2))); the approximation with tanh takes 8.
    return (8 if call.settings.get("approximate") == "tanh" else 5) * call.made


RULES: dict[str, Rule] = (
    dict.fromkeys(_ONE, per_element(1))
    | {name: per_element(flops) for name, flops in _SEVERAL.items()}
    | {"gelu": _gelu}
)
