"""Repeating the steps of an equal call writes what writing it anew does."""

from __future__ import annotations

import json

import pytest

from graphscope.analysis.memory.building import build_program
from graphscope.analysis.memory.program import Program
from tests.support.graphs import graph

LSTM = {"class_name": "LSTM", "config": {"units": 4}}
LAYERS = {
    "Dense(kernel[8,8], bias[8])": {"units": 8, "activation": "gelu"},
    "BatchNormalization(gamma[8], !mean[8], beta[8])": {},
    "LayerNormalization(gamma[8], beta[8])": {},
    "Dropout": {"rate": 0.5},
    "Mystery(kernel[8,8])": {},
    "LSTM(kernel[8,32], inner[8,32], bias[32])": {"units": 8},
    "Bidirectional(a[8,16], b[4,16], c[16], d[8,16], e[4,16], f[16])": {"layer": LSTM},
    "Activation": {"activation": "linear"},
    "Add": {},
    "MultiHeadAttention(q[8,2,4], k[8,2,4], v[8,2,4], o[2,4,8])": {
        "num_heads": 2,
        "key_dim": 4,
        "use_bias": False,
        "dropout": 0.1,
    },
}


def draw(layer: str, config: dict[str, object], *, inputs: tuple[str, ...], equal: bool) -> Program:
    """Return the steps of four calls in a row, of equal layers or of those that differ in a
    setting that means nothing.
    """
    lines = ["x=Input[B,6,8]; y=Input[B,6,8]"]
    for number, source in enumerate(inputs):
        settings = config if equal else {**config, "mark": number}
        lines.append(f"{source} -> l{number}:{layer}[B,6,8]{json.dumps(settings)}")
    return build_program(graph("\n".join(lines)), training=True)


def tell(program: Program) -> list[object]:
    """Return the steps one by one, and all tensors."""
    steps: list[object] = [
        (
            program.type_of(step),
            program.inputs_of(step),
            program.outputs_of(step),
            program.loops_of(step),
            program.nodes[step],
            step in program.assumed,
        )
        for step in range(len(program))
    ]
    tensors = [program.spec_of(tensor) for tensor in range(program.tensor_count)]
    reads = list(zip(program.weight_reader.tolist(), program.weights, strict=True))
    return [*steps, tensors, program.makers, reads, program.results]


@pytest.mark.parametrize("inputs", [("x", "l0", "l1", "l2"), ("x, y", "l0, x", "l1, l1", "x, x")])
@pytest.mark.parametrize("layer", LAYERS)
def test_equal_calls_have_the_steps_of_single_ones(layer: str, inputs: tuple[str, ...]) -> None:
    config = LAYERS[layer]
    repeated, single = (draw(layer, config, inputs=inputs, equal=equal) for equal in (True, False))
    assert tell(repeated) == tell(single)
