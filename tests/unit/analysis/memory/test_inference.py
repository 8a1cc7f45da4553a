"""Peak memory of one call, by hand. All tensors are float32: 4 bytes an element."""

from __future__ import annotations

import pytest

from graphscope.analysis.memory import Memory, Role, prepare_memory
from graphscope.analysis.memory.building import build_program
from graphscope.analysis.memory.forward import plan_call
from tests.support.graphs import graph

TWO_LAYERS = "x=Input[B,4] -> a=MatMul(k[4,8])[B,8] -> r=Relu[B,8] -> o=MatMul(w[8,2])[B,2]"
FIXED = 4 * (4 * 8 + 8 * 2)


def inference(text: str, batch: int = 10, *, compiled: bool = False, **sizes: int) -> Memory:
    plan = prepare_memory(graph(text), compiled=compiled).inference
    return plan.evaluate({"B": batch, **sizes})


def test_weights_inputs_and_what_is_alive_together() -> None:
    memory = inference(TWO_LAYERS)
    assert memory.by_role == {
        Role.WEIGHTS: FIXED,
        Role.INPUTS: 4 * 10 * 4,
        # The hidden values, which Relu overwrites, and the result.
        Role.ACTIVATIONS: 4 * 10 * (8 + 2),
    }
    assert memory.peak == sum(memory.by_role.values())
    assert (memory.at, memory.unknown) == ("o", 0)


@pytest.mark.parametrize(
    "layer",
    ["Dense", "ReLU", "Dropout", "BatchNormalization", 'MultiHeadAttention{"dropout": 0.1}'],
)
def test_a_call_is_planned_without_what_happens_in_training(layer: str) -> None:
    name, _, attributes = layer.partition("{")
    more = f"{{{attributes}" if attributes else ""
    drawn = graph(f"x=Input[B,4,8] -> a:Dense[B,4,8] -> d:{name}[B,4,8]{more} -> o:Dense[B,4,8]")
    alone = plan_call(drawn, build_program(drawn, training=False), compiled=False)
    plan = prepare_memory(drawn).inference
    assert list(plan.buffers) == list(alone.buffers)
    assert list(plan.runs) == list(alone.runs)
    assert plan.fixed == alone.fixed


def test_the_biggest_tensors_are_named_with_their_layers() -> None:
    text = "x=Input[B,4] -> first/a=MatMul(k[4,8])[B,8] -> second/o=MatMul(w[8,2])[B,2]"
    memory = inference(text)
    assert [(each.node, each.layer, each.bytes) for each in memory.largest] == [
        ("first/a", "first", 320),
        ("x", "", 160),
        ("second/o", "second", 80),
    ]
    assert memory.layer == "second"


@pytest.mark.parametrize("view", ["Reshape[8B]", "Squeeze[B,8]", "Identity[B,8]"])
def test_a_view_has_no_bytes_of_its_own(view: str) -> None:
    text = f"x=Input[B,4] -> a=MatMul(k[4,8])[B,8] -> v={view} -> o=MatMul(w[8,2])[B,2]"
    assert inference(text).peak == FIXED + 4 * 10 * (4 + 8 + 2)


def test_a_pass_through_layer_has_no_bytes_of_its_own() -> None:
    text = "x=Input[B,4] -> a=MatMul(k[4,8])[B,8] -> d:Dropout[B,8] -> o=MatMul(w[8,2])[B,2]"
    assert inference(text).peak == FIXED + 4 * 10 * (4 + 8 + 2)


def test_a_result_does_not_overwrite_what_is_still_needed() -> None:
    text = "x=Input[B,4] -> a=MatMul(k[4,8])[B,8] -> r=Relu[B,8] -> s=AddV2[B,8]; a -> s"
    # `a` is read by the sum as well, so Relu needs memory of its own.
    assert inference(text).by_role[Role.ACTIVATIONS] == 4 * 10 * (8 + 8)


def test_a_skip_keeps_its_tensor_alive() -> None:
    text = """
    x=Input[B,4] -> a=MatMul(k[4,8])[B,8] -> b=MatMul(l[8,8])[B,8] -> c=MatMul(m[8,8])[B,8]
    a, c -> s=AddV2[B,8]
    """
    assert inference(text).by_role[Role.ACTIVATIONS] == 4 * 10 * (8 + 8 + 8)


def test_a_compiler_stores_no_elementwise_results() -> None:
    text = """
    x=Input[B,4] -> a=MatMul(k[4,8])[B,8]
    a -> s=Square[B,8]; a -> t=Neg[B,8]; s, t -> u=AddV2[B,8] -> o=Sum[B]
    """
    assert inference(text).by_role[Role.ACTIVATIONS] == 4 * 10 * (8 + 8)
    # All of it is computed inside the sum.
    assert inference(text, compiled=True).by_role[Role.ACTIVATIONS] == 4 * 10 * (8 + 1)


def test_steps_on_which_nothing_depends_do_not_run() -> None:
    text = "x=Input[B,4] -> a=MatMul(k[4,8])[B,8]; x -> b=MatMul(l[4,99])[B,99]; return a"
    assert inference(text).by_role[Role.ACTIVATIONS] == 4 * 10 * 8


def test_what_a_loop_reads_from_outside_stays_until_it_ends() -> None:
    text = """
    scope loop~While{"trip_count": 5}
    x=Input[B,4] -> a=MatMul(k[4,8])[B,8]
    a -> loop/b=Square[B,8] -> loop/c=MatMul(l[8,16])[B,16] -> loop/d=Sum[B] -> o=Neg[B]
    """
    # Square may not overwrite `a`: the next trip reads it again.
    assert inference(text).by_role[Role.ACTIVATIONS] == 4 * 10 * (8 + 8 + 16)


def test_open_sizes_have_numbers() -> None:
    text = "x=Input[B,T,4] -> a=MatMul(k[4,8])[B,T,8]"
    assert inference(text, T=6).peak == 4 * 32 + 4 * 60 * (4 + 8)


def test_a_size_that_nobody_knows_is_left_out_and_counted() -> None:
    memory = inference("x=Input[B,4] -> a=MatMul(k[4,8])[B,?]")
    assert (memory.peak, memory.unknown) == (4 * 32 + 160, 1)


def test_a_graph_without_operations() -> None:
    assert inference("x=Input[B,4]").peak == 160


def test_a_transposed_weight_is_read_in_place() -> None:
    product = "x=Input[B,4] -> o=MatMul[B,8]"
    turned = f"t=Transpose(k[8,4])[4,8]; {product}; t -> o"
    assert inference(turned).by_role[Role.ACTIVATIONS] == 4 * 10 * 8
    # Anything else needs it as it is.
    copied = "t=Transpose(k[8,4])[4,8]; x=Input[4,8] -> o=AddV2[4,8]; t -> o"
    assert inference(copied).by_role[Role.ACTIVATIONS] == 4 * 32


def test_views_of_pytorch_are_views_where_no_compiler_runs() -> None:
    text = "x=Input[B,4] -> a=mm(k[4,8])[B,8] -> t=permute[8,B] -> o=mm(l[9,3])[8,3]"
    assert inference(text).by_role[Role.ACTIVATIONS] == 4 * (10 * 8 + 8 * 3)


def test_where_operations_run_at_once_a_functional_model_holds_all_results() -> None:
    text = """
    x=Input[B,4] -> a:Dense(k[4,8])[B,8]{"use_bias": false}
    a -> b:Dense(l[8,8])[B,8]{"use_bias": false} -> c:Dense(m[8,8])[B,8]{"use_bias": false}
    declare x -> a -> b -> c
    """
    eager = prepare_memory(graph(text, backend="torch")).inference.evaluate({"B": 10})
    assert eager.by_role[Role.ACTIVATIONS] == 4 * 10 * (8 + 8 + 8)
    assert inference(text).by_role[Role.ACTIVATIONS] == 4 * 10 * (8 + 8)


def test_sizes_beyond_64_bits_are_summed_exactly() -> None:
    shape = "[B,9000000000,9000000000]"
    memory = inference(f"x{shape} -> y=Relu{shape} -> z=Relu{shape}", batch=1)
    tensor = 4 * 9_000_000_000**2
    assert memory.by_role == {Role.INPUTS: tensor, Role.ACTIVATIONS: tensor}
    assert memory.peak == 2 * tensor
