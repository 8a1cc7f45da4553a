"""TensorFlow's numbers for dtypes, with their names in NumPy's and Keras's words."""

from __future__ import annotations

DTYPES = {
    1: "float32",
    2: "float64",
    3: "int32",
    4: "uint8",
    5: "int16",
    6: "int8",
    7: "string",
    8: "complex64",
    9: "int64",
    10: "bool",
    11: "qint8",
    12: "quint8",
    13: "qint32",
    14: "bfloat16",
    15: "qint16",
    16: "quint16",
    17: "uint16",
    18: "complex128",
    19: "float16",
    20: "resource",
    21: "variant",
    22: "uint32",
    23: "uint64",
    24: "float8_e5m2",
    25: "float8_e4m3fn",
    29: "int4",
    30: "uint4",
}
"""By number; types.proto: DataType."""

REFERENCE = 100
"""Added to the number of a dtype for a reference to a variable, in graphs of TensorFlow 1."""


def dtype_name(number: int) -> str:
    """Return the name of a dtype; empty for one that is not known.

    >>> dtype_name(1), dtype_name(101), dtype_name(99)
    ('float32', 'float32', '')
    """
    return DTYPES.get(number) or DTYPES.get(number - REFERENCE, "")
