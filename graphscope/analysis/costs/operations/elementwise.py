"""Operations that do the same to every element.

One FLOP for each element of the result, as in TensorFlow's own profiler
(`tensorflow/python/profiler/internal/flops_registry.py`), whose exceptions are kept: a reciprocal
square root counts 2, a squared difference 2, a softmax 5 (shift and its maximum 2, exponential 1,
sum and division 2). Functions that the profiler does not know (`exp`, `tanh`, `erf`, a
comparison, a selection) count 1 as well.
"""

from __future__ import annotations

from graphscope.analysis.costs.call import Call, Rule, names

UNARY = names("""
    Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Digamma Elu Erf Erfc Erfinv Exp Expm1 Floor
    Inv Invert IsFinite IsInf IsNan LeakyRelu Lgamma Log Log1p LogicalNot Ndtri Neg Reciprocal Relu
    Relu6 Rint Round Selu Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Square Tan Tanh BesselI0
    BesselI0e ComplexAbs Angle Conj CheckNumerics Quantize Dequantize
""")

BINARY = names("""
    Add AddV2 Sub Mul MulNoNan Div DivNoNan RealDiv FloorDiv TruncateDiv FloorMod TruncateMod Mod
    Maximum Minimum Pow Atan2 Xlogy Xlog1py Xdivy Equal NotEqual Greater GreaterEqual Less LessEqual
    ApproximateEqual LogicalAnd LogicalOr BitwiseAnd BitwiseOr BitwiseXor LeftShift RightShift
    NextAfter Igamma Igammac Zeta Polygamma BiasAdd BiasAddV1 Complex
""")

CHOICES = names("Select SelectV2 Where LinSpace Bucketize")

# Names of Keras operations, as files hold them, where they differ from those above.
_KERAS = names("""
    Absolute Arccos Arccosh Arcsin Arcsinh Arctan Arctanh Arctan2 Cbrt Deg2rad Rad2deg Exp2 Fabs I0
    Isfinite Isinf Isnan Isneginf Isposinf Log10 Log2 Negative Sinc Signbit Trunc NanToNum Heaviside
    BitwiseInvert BitwiseNot BitwiseLeftShift BitwiseRightShift Subtract Multiply Divide DivideNoNan
    TrueDivide FloorDivide Power Fmax Fmin Fmod Gcd Hypot Lcm Ldexp Logaddexp Logaddexp2 LogicalXor
    Nextafter Isclose Threshold HardShrink SoftShrink
""")

_SEVERAL = {
    "Rsqrt": 2,
    "SquaredDifference": 2,
    "ClipByValue": 2,
    "Clip": 2,
    "Softmax": 5,
    "LogSoftmax": 5,
    "RsqrtGrad": 4,
    # Keras functions of one name that are made of several of the above.
    "Silu": 3,
    "Glu": 2,
    "HardSigmoid": 3,
    "HardSilu": 4,
    "LogSigmoid": 3,
    "TanhShrink": 2,
    "Celu": 6,
    "HardTanh": 2,
    # x / 2 * (1 + erf(x / sqrt(2))); the approximation with tanh takes 8.
    "Gelu": 5,
    "Squareplus": 5,
    "SparsePlus": 4,
    "SparseSigmoid": 3,
}


def per_element(flops: int) -> Rule:
    """Return the rule for so many FLOPs for each element of the result."""

    def rule(call: Call) -> int:
        return flops * call.made

    return rule


def _add_n(call: Call) -> int:
    return call.made * max(0, len(call.arguments) - 1)


def _half_square_sum(call: Call) -> int:
    # The profiler: TensorFlow's implementation of sum(x**2) / 2 takes 3n - 1.
    return 3 * call.taken - 1


RULES: dict[str, Rule] = (
    dict.fromkeys([*UNARY, *BINARY, *CHOICES, *_KERAS], per_element(1))
    | {name: per_element(flops) for name, flops in _SEVERAL.items()}
    | {"AddN": _add_n, "AccumulateNV2": _add_n, "L2Loss": _half_square_sum}
)
