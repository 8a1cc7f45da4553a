"""How a model is spread, as values; and the collectives in a compiler's text."""

from __future__ import annotations

import json

import pytest

from graphscope.monitor.distribution.collectives import find_collectives, phase_of
from graphscope.runs import Event, Run
from graphscope.runs.codec import decode, encode
from graphscope.runs.distribution import Collective, Distribution, Mesh, Shard

LAYERS = ["net", "net/encoder", "net/encoder/dense", "net/dense"]

HLO = """
HloModule jit_train_step, is_scheduled=true

%add.clone (x: f32[], y: f32[]) -> f32[] {
  %x = f32[] parameter(0)
  ROOT %add.9 = f32[] add(%x, %y)
}

ENTRY %main (p: f32[8,16]) -> f32[8] {
  %p = f32[8,16]{1,0} parameter(0), metadata={op_name="data[0]"}
  %gather = bf16[8,32]{0,1} all-gather(%p), channel_id=1, replica_groups=mesh['axis_0'=2,'axis_1'=4] {'axis_1'}, dimensions={1}, metadata={op_name="jit(train_step)/jvp(net)/encoder/dense/dot_general" stack_frame_id=53}
  %dot.1 = f32[8,16]{1,0} dot(%p, %gather), metadata={op_name="jit(train_step)/transpose(jvp(encoder/dense))/dot_general"}
  %dot.2 = f32[4]{0} dot(%p, %gather), metadata={op_name="jit(train_step)/transpose(jvp(dense))/dot_general"}
  %both = (f32[8,16]{1,0}, /*index=1*/f32[4]{0}) all-reduce(%dot.1, %dot.2), channel_id=3, replica_groups={{0,1},{2,3}}, to_apply=%add.clone, metadata={op_name="jit(train_step)/transpose(jvp(dense))/dot_general"}
  %begun = (f32[2]{0}, f32[16]{0}) all-gather-start(%dot.2), replica_groups=[2,4]<=[8], metadata={op_name="jit(train_step)/adam/mul"}
  %ended = f32[16]{0} all-gather-done(%begun)
  %moved = f32[2,2]{1,0} collective-permute(%p), source_target_pairs={{0,1},{1,0}}, metadata={op_name="jit(train_step)/jvp(compile_loss)/mse/sub"}
  ROOT %fused = f32[8] fusion(%both), kind=kLoop, calls=%all-reduce-computation, metadata={op_name="x"}
}
"""  # noqa: E501 - as the compiler writes it


def test_each_tensor_that_is_exchanged_belongs_to_the_layer_that_made_it() -> None:
    found = [
        (each.kind, each.layer, each.phase, each.bytes, each.group_size)
        for each in find_collectives(HLO, LAYERS)
    ]
    assert found == [
        ("all-gather", "net/encoder/dense", "forward", 8 * 32 * 2, 4),
        ("all-reduce", "net/encoder/dense", "backward", 8 * 16 * 4, 2),
        ("all-reduce", "net/dense", "backward", 16, 2),
        ("all-gather", None, "update", 64, 4),
        ("collective-permute", None, "forward", 16, 2),
    ]


@pytest.mark.parametrize(
    ("operation", "phase"),
    [
        ("jit(train_step)/jvp(dense)/dot_general", "forward"),
        ("jit(train_step)/transpose(jvp(dense))/dot_general", "backward"),
        ("jit(train_step)/adam/mul", "update"),
    ],
)
def test_phases_are_read_from_the_names_of_operations(operation: str, phase: str) -> None:
    assert phase_of(operation) == phase


def test_a_distribution_goes_to_json_and_back() -> None:
    shard = Shard("net/dense", "kernel", (8, 4), (8, 2), "float32", ((), ("model",)), 64, 128)
    whole = Shard("net/dense", "output", (8, 4), (8, 4), "float32", ((), ()), 128)
    exchanged = Collective("all-reduce", "net/dense", "backward", 64, 2, "op", "all-reduce.1")
    loss = Collective("all-reduce", None, "forward", 4, 2, "op", "all-reduce.1")
    given = Distribution(
        Mesh((("model", 2),), ("cpu:0", "cpu:1")), (shard,), (whole,), (exchanged, loss),
        {"cpu:0": 192}, 7, ("a note",),
    )  # fmt: skip
    assert Distribution.from_dict(json.loads(json.dumps(given.as_dict()))) == given
    assert not shard.is_replicated
    assert whole.is_replicated
    assert given.by_layer() == {
        "net/dense": {
            "weight_bytes_per_device": 64,
            "activation_bytes_per_device": 128,
            "collective_bytes": 64,
            "collectives": 1,
        }
    }


def test_a_run_tells_the_distribution_that_was_logged_last() -> None:
    kernel = Shard("net/a", "kernel", (8, 4), (8, 1), "float32", ((), ("model",)), 32, 64)
    mesh = Mesh((("batch", 2), ("model", 4)), tuple(f"cpu:{n}" for n in range(8)))
    resting = Distribution(mesh, (kernel,), notes=("Training has not begun.",))
    moving = Distribution(mesh, (kernel,), device_bytes={"cpu:0": 96})
    events = [
        decode(encode(Event(step, float(step), "distribution", "Spread.", details=each.as_dict())))
        for step, each in enumerate((resting, moving))
    ]

    assert Run("r", "r", events=tuple(events)).distribution == moving
    assert Run("r", "r").distribution is None
