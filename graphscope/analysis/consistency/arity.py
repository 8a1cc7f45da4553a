"""How many operands operations of JAX and PyTorch have that are tensors always."""

from __future__ import annotations

from graphscope.analysis.costs.call import names

JAX: dict[str, int] = {
    **dict.fromkeys(
        names(
            "abs ceil cos exp exp2 expm1 floor is_finite log log1p logistic neg not round rsqrt "
            "sign sin sqrt square tanh erf cbrt integer_pow stop_gradient convert_element_type "
            "transpose reshape squeeze expand_dims reduce_sum reduce_max reduce_min reduce_prod "
            "reduce_and reduce_or argmax argmin cumsum cumprod rev copy split top_k"
        ),
        1,
    ),
    **dict.fromkeys(
        names(
            "add sub mul div rem max min pow atan2 eq ne lt le gt ge and or xor dot_general "
            "conv_general_dilated gather pad"
        ),
        2,
    ),
    **dict.fromkeys(["select_n", "scatter", "scatter-add", "clamp"], 3),
}
"""By primitive; literals are constants in the graph and count."""

TORCH: dict[str, int] = {
    **dict.fromkeys(
        names(
            "relu sigmoid tanh exp log sqrt rsqrt neg abs gelu silu clone view transpose permute "
            "unsqueeze squeeze expand slice select sum mean amax amin softmax _softmax to_copy "
            "repeat add sub mul div gt ge lt le eq ne pow"
        ),
        1,
    ),
    **dict.fromkeys(["mm", "bmm", "matmul", "embedding"], 2),
    **dict.fromkeys(["addmm", "baddbmm"], 3),
}
"""By operation of ATen; of an addition one operand may be a plain number."""
