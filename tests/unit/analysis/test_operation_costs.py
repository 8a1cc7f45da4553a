"""FLOPs of single operations, by hand."""

from __future__ import annotations

import pytest

from graphscope.analysis import estimate_costs
from graphscope.analysis.costs.operations import collect_rules
from tests.support.graphs import graph

CASES = [
    # products: 2 for each multiply-add
    ("x[B,8] -> y=MatMul(k[8,4])[B,4]", 3 * 2 * 8 * 4),
    ('x[8,B] -> y=MatMul(k[8,4])[B,4]{"transpose_a": true}', 3 * 2 * 8 * 4),
    ("x[B,?] -> y=MatMul(k[8,4])[B,4]", 3 * 2 * 8 * 4),
    ('x[B,?] -> y=MatMul(k[4,8])[B,4]{"transpose_b": true}', 3 * 2 * 8 * 4),
    ("a[B,2,5,8], b[B,2,8,7] -> y=BatchMatMulV2[B,2,5,7]", 3 * 2 * 2 * 5 * 7 * 8),
    (
        'a[B,2,5,8], b[B,2,7,8] -> y=BatchMatMulV3[B,2,5,7]{"adj_y": true}',
        3 * 2 * 2 * 5 * 7 * 8,
    ),
    (
        'a[B,5,8] -> y=Einsum(k[8,2,4])[B,5,2,4]{"equation": "abc,cde->abde"}',
        3 * 2 * 5 * 8 * 2 * 4,
    ),
    ('a[B,5], b[B,5] -> y=Einsum[B,5]{"equation": "ab,ab->ab"}', 3 * 5),
    ('a[B,5] -> y=Einsum[B]{"equation": "ab->a"}', 3 * 5),
    ('a[5,4], b[4,6] -> y=Einsum[5,6]{"equation": "ij,jk"}', 2 * 5 * 4 * 6),
    # convolutions and pooling
    ("x[B,9,9,4] -> y=Conv2D(k[3,3,4,6])[B,7,7,6]", 3 * 2 * 49 * 6 * 9 * 4),
    ("x[B,9,9,4] -> y=Conv2D(k[3,3,2,6])[B,7,7,6]", 3 * 2 * 49 * 6 * 9 * 2),  # two groups
    ("x[B,9,9,9,2] -> y=Conv3D(k[3,3,3,2,6])[B,7,7,7,6]", 3 * 2 * 343 * 6 * 27 * 2),
    ("x[B,9,9,4] -> y=DepthwiseConv2dNative(k[3,3,4,2])[B,7,7,8]", 3 * 2 * 49 * 8 * 9),
    (
        "s=Const[4]int32 -> y=Conv2DBackpropInput(k[3,3,6,4])[B,9,9,6]; x[B,4,4,4] -> y",
        3 * 2 * 16 * 4 * 9 * 6,
    ),
    ('x[B,8,8,4] -> y=MaxPool[B,4,4,4]{"ksize": [1, 2, 2, 1]}', 3 * 64 * 4),
    ('x[B,8,8,4] -> y=AvgPool[B,4,4,4]{"pool_size": 2}', 3 * 64 * 4),
    # elementwise, by the count of TensorFlow's profiler
    ("x[B,7] -> y=Relu[B,7]", 21),
    ("x[B,7], z[7] -> y=AddV2[B,7]", 21),
    ("x[B,7] -> y=BiasAdd(b[7])[B,7]", 21),
    ("x[B,7] -> y=Rsqrt[B,7]", 42),
    ("x[B,7], z[7] -> y=SquaredDifference[B,7]", 42),
    ("x[B,7] -> y=Softmax[B,7]", 105),
    ("x[B,7] -> y=L2Loss[]", 62),
    ("a[B,7], b[B,7], c[B,7] -> y=AddN[B,7]", 42),
    ("c[B,7]bool, a[B,7], b[B,7] -> y=SelectV2[B,7]", 21),
    # reductions, scans, sorting
    ("x[B,7] -> y=Sum[B]", 18),
    ("x[B,7] -> y=Mean[B]", 21),
    ("x[B,7] -> y=Cumsum[B,7]", 21),
    ("x[B,16] -> y=TopKV2[B,4][B,4]int32", 3 * 16 * 2),
    ("x[B,16] -> y=Sort[B,16]", 3 * 16 * 4),
    ('x[B,4,4,8] -> y=FusedBatchNormV3[B,4,4,8]{"is_training": false}', 3 * 128 * 2),
    ("x[B,4,4,8] -> y=ResizeBilinear[B,8,8,8]", 3 * 512 * 9),
    # linear algebra, by the leading terms of the algorithms
    ("a[B,6,6] -> y=Cholesky[B,6,6]", 3 * 6**3 // 3),
    ("a[B,6,6] -> y=LuFactor[B,6,6][B,6]int32", 3 * 6**3 * 2 // 3),
    ("a[B,6,6] -> y=MatrixDeterminant[B]", 3 * 6**3 * 2 // 3),
    ("a[B,6,6] -> y=MatrixInverse[B,6,6]", 3 * 6**3 * 2),
    ("a[B,6,6], b[B,6,2] -> y=MatrixSolve[B,6,2]", 3 * (6**3 * 2 // 3 + 2 * 36 * 2)),
    ("a[B,6,6], b[B,6,2] -> y=MatrixTriangularSolve[B,6,2]", 3 * 36 * 2),
    ("a[B,9,6] -> y=Qr[B,9,6][B,6,6]", 3 * 2 * (2 * 36 * 9 - 2 * 216 // 3)),
    (
        'a[B,6,9] -> y=Svd[B,6][B,6,6][B,6,9]{"compute_uv": true}',
        3 * (14 * 9 * 36 + 8 * 216),
    ),
    ('a[B,6,9] -> y=Svd[B,6]{"compute_uv": false}', 3 * (4 * 9 * 36 - 4 * 216 // 3)),
    ('a[B,6,6] -> y=SelfAdjointEigV2[B,6][B,6,6]{"compute_v": true}', 3 * 9 * 216),
    ("a[B,6,6] -> y=Eigh[B,6][B,6,6]", 3 * 9 * 216),
    ("a[9,6], b[9,2] -> y=Lstsq[6,2]", 2 * 36 * 9 - 144 + 2 * (4 * 9 * 6 + 36)),
    ("a[B,3], b[B,3] -> y=Cross[B,3]", 27),
    ("i[70,2]int64, v[70], s[2]int64, b[9,5] -> y=SparseTensorDenseMatMul[8,5]", 2 * 70 * 5),
    ("a[B] -> y=Cholesky[B]", None),
    # Fourier transforms
    ("x[B,16]complex64 -> y=FFT[B,16]complex64", 3 * 5 * 16 * 4),
    ("x[B,8,4]complex64 -> y=FFT2D[B,8,4]complex64", 3 * 5 * 32 * 5),
    ("x[B,16] -> y=RFFT[B,9]complex64", round(3 * 2.5 * 16 * 4)),
    ("x[B,9]complex64 -> y=IRFFT[B,16]", round(3 * 2.5 * 16 * 4)),
    ('x[B,64] -> y=STFT[B,7,9][B,7,9]{"fft_length": 16}', round(3 * 7 * (16 + 2.5 * 16 * 4))),
    # search
    ("x[B,16] -> y=Median[B]", 3 * 16 * 4),
    ("l[16], x[B] -> y=SearchSorted[B]int32", 3 * 4),
    ("x[B], l[16] -> y=Digitize[B]int32", 3 * 4),
    # losses and gradients
    ("x[B,7] -> y=SparseSoftmaxCrossEntropyWithLogits[B][B,7]", 3 * 7 * 6),
    ("x[B,7] -> y=ReluGrad[B,7]", 21),
    ("x[B,7] -> y=TanhGrad[B,7]", 63),
    (
        'x[B,8,8,4], y0[B,4,4,4], d[B,4,4,4] -> y=MaxPoolGrad[B,8,8,4]{"ksize": [1, 2, 2, 1]}',
        3 * 64 * 5,
    ),
    # Keras operations under one name
    (
        "q[B,5,2,8], k[B,6,2,8], v[B,6,2,4] -> y=DotProductAttention[B,5,2,4]",
        3 * 2 * 5 * 6 * (16 + 1 + 5 + 8),
    ),
    ('x[B,4,4,8] -> y=Resize[B,8,8,8]{"interpolation": "bilinear"}', 3 * 512 * 9),
    ('x[B,4,4,8] -> y=Resize[B,8,8,8]{"interpolation": "odd"}', None),
    # movement
    ("x[B,7] -> y=Reshape[7,B]", 0),
    ("x[B,7] -> y=Cast[B,7]float16", 0),
    ("i[B]int32 -> y=GatherV2(t[9,4])[B,4]", 0),
    # unknown
    ("x[B,7] -> y=Mystery[B,7]", None),
    ("x[B,?] -> y=Relu[B,?]", None),
    ("x[*] -> y=Relu[*]", None),
    ("x[words,7] -> y=Relu[words,7]", None),
    ("x[B,?] -> y=MatMul[B,4]", None),
    ('x[B,8] -> y=MaxPool[B,4]{"ksize": "big"}', None),
    ('x[B,8] -> y=Einsum[B]{"equation": 7}', None),
    ('a[B,2], b[B,2], c[B,2] -> y=Einsum[B]{"equation": "ab,ab,ab->a"}', None),
]


@pytest.mark.parametrize(("text", "flops"), CASES, ids=[text for text, _ in CASES])
def test_flops_of_three_samples(text: str, flops: int | None) -> None:
    assert estimate_costs(graph(text), batch=3).flops["y"] == flops


def test_a_cast_kernel_is_an_argument_too() -> None:
    drawn = graph("c=Cast(k[8,4])[8,4]float16; x[B,8]float16, c -> y=MatMul[B,4]float16")
    assert estimate_costs(drawn).flops["y"] == 2 * 8 * 4


def test_no_type_has_two_rules() -> None:
    modules = collect_rules()
    assert {"contractions", "elementwise", "movement"} <= modules.keys()
    owner: dict[str, str] = {}
    for module, rules in modules.items():
        for type_ in rules:
            assert owner.setdefault(type_, module) == module, type_
