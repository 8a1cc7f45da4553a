"""All numbers that `graphscope info` prints."""

from __future__ import annotations

import json

from graphscope.analysis import take_inventory
from graphscope.graph import Note
from tests.support.graphs import graph

MODEL = """
scope enc:Encoder
x[B,8] -> enc/dense/mm=MatMul(k[8,4])[B,4] -> enc/relu:ReLU[B,4] -> odd=Odd[B,?]
c=Const[]{"value": 1} -> odd
layer spare:Dense(!w[3])
"""


def test_every_number() -> None:
    taken = take_inventory(graph(MODEL), batch=2).as_dict()
    assert taken == {
        "name": "model",
        "batch": 2,
        "sizes": {},
        "open_sizes": [],
        "nodes": 5,
        "layer_calls": 3,
        "layers": 4,
        "ops": 2,
        "edges": 4,
        "unowned_ops": 0,
        "unknown_shapes": 1,
        "parameters": 35,
        "trainable_parameters": 32,
        "layers_of_unknown_weights": 0,
        "flops": 2 * (2 * 8 * 4 + 4),
        "unknown_flops": 1,
        "output_bytes": 4 * (2 * (8 + 4 + 4) + 1),
        "scopes": 3,
        "repeated_blocks": 0,
        "consistency": {
            "ok": True,
            "explicit_edges": 3,
            "implicit_edges": 0,
            "violations": [],
            "unused_arguments": [],
        },
        "notes": [
            {
                "code": "unknown_flops",
                "message": "The FLOPs of 1 node are unknown (no rule for: Odd).",
            }
        ],
    }
    assert json.loads(json.dumps(taken)) == taken


def test_open_loops_are_said() -> None:
    drawn = graph("scope loop~While; scope loop/cond~cond; x[B] -> loop/cond/less=Less[B]")
    assert (
        Note(
            "open_loops",
            "How often 1 loop will run is not known; their bodies are counted once.",
            "loop",
        )
        in take_inventory(drawn).notes
    )


def test_open_sizes_are_said() -> None:
    notes = take_inventory(graph("x[?] -> y=Relu[?]")).notes
    assert [note.message for note in notes] == [
        "The FLOPs of 1 node are unknown (their sizes are not known)."
    ]


def test_unowned_operations_are_counted() -> None:
    assert take_inventory(graph('x -> odd=Mul{"unowned": true}')).unowned_ops == 1
