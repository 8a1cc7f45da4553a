"""Peak memory of a training step, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphscope.analysis.memory import Memory, Role, prepare_memory
from graphscope.graph import ScopeKind
from tests.support.graphs import graph

B = 1000
"""A batch so large that the weights do not matter."""


def training(text: str, batch: int = B, *, compiled: bool = False, **sizes: int) -> Memory:
    plans = prepare_memory(graph(text), optimizer="sgd", compiled=compiled)
    return plans.training.evaluate({"B": batch, **sizes})


def kept(text: str, **options: bool) -> float:
    """Return the values for each sample that are activations at the peak."""
    return training(text, **options).by_role[Role.ACTIVATIONS] / (4 * B)


HEAD = "x=Input[B,4] -> a=MatMul(k[4,8])[B,8]"
TAIL = "o=MatMul(w[8,100])[B,100]"


def test_gradients_and_slots_of_weights() -> None:
    text = "x=Input[B,4] -> a=MatMul(k[4,8], !frozen[4,8])[B,8]"
    plans = prepare_memory(graph(text), optimizer="adam")
    memory = plans.training.evaluate({"B": 0})
    weight = 4 * 32
    assert memory.by_role == {
        Role.WEIGHTS: 2 * weight,
        Role.GRADIENTS: weight,
        # Two slots, and two values while the weight is updated.
        Role.OPTIMIZER: 2 * weight + 2 * weight,
    }


@pytest.mark.parametrize(
    ("operation", "values"),
    [
        # The product keeps its input of 8 values. The peak is where its gradient is computed, when
        # the result itself is gone.
        ("Neg[B,8]", 8),
        ("Relu[B,8]", 8),  # keeps its result, which the product keeps anyway
        ("Tanh[B,8]", 8),
        ("Square[B,8]", 8 + 8),  # keeps its argument beside
        ("Softplus[B,8]", 8 + 8),
        ("Reshape[B,8]", 8),
        ("Mystery[B,8]", 8 + 8),  # not known: keeps all
    ],
)
def test_what_an_operation_keeps(operation: str, values: int) -> None:
    assert kept(f"{HEAD} -> e={operation} -> {TAIL}") == values


def test_a_product_keeps_the_factor_whose_partner_has_a_gradient() -> None:
    both = f"{HEAD}; a -> m=Mul[B,8]; x2=Input[B,8] -> m; m -> {TAIL}"
    # The gradient of `a` needs the input x2, which is there anyway; x2 has no gradient.
    assert kept(both) == 8


def test_nothing_is_kept_below_the_first_trainable_weight() -> None:
    text = f"x=Input[B,4] -> f=MatMul(!k[4,8])[B,8] -> s=Square[B,8] -> {TAIL}"
    assert kept(text) == 8


def test_a_maximum_over_windows_keeps_argument_and_result() -> None:
    text = f'{HEAD} -> p=MaxPool[B,8]{{"ksize": [1]}} -> {TAIL}'
    assert kept(text) == 8 + 8


def test_dropout_has_a_mask_in_training() -> None:
    text = f'{HEAD} -> d:Dropout[B,8]{{"pass_through": true}} -> {TAIL}'
    # The result, for the product, and a byte for each element of the mask.
    assert kept(text) == 8 + 8 / 4


def test_batch_normalization_computes_moments_in_training() -> None:
    text = """
    scope n:BatchNormalization
    x=Input[B,4] -> a=MatMul(k[4,100])[B,100] -> n/m=Mul(g[100])[B,100] -> n/s=AddV2(b[100])[B,100]
    n/s -> o=MatMul(w[100,1])[B,1]
    """
    # `a` is kept for the scale, the normalized values for the product; on the way back the gradient
    # of the squares is there as well.
    memory = training(text)
    assert memory.by_role[Role.ACTIVATIONS] == 4 * B * 200
    assert memory.by_role[Role.GRADIENTS] >= 4 * B * 100


def test_a_compiler_computes_cheap_results_again() -> None:
    text = f"{HEAD} -> e=Square[B,8] -> f=Square[B,8] -> g=Square[B,8] -> {TAIL}"
    assert kept(text) == 8 + 8 + 8 + 8
    # Stored are the argument of the chain and what the product reads; at the peak, in the loss,
    # also the result and its derivative.
    assert kept(text, compiled=True) == 8 + 8 + 100 + 100


def test_a_loop_keeps_values_of_every_trip() -> None:
    text = """
    scope loop~While{"trip_count": "T"}
    x=Input[B,4] -> a=MatMul(k[4,8])[B,8]
    a -> loop/b=Tanh[B,8] -> loop/c=MatMul(l[8,8])[B,8] -> o=Neg[B,8]
    """
    few, many = (training(text, T=trips).peak for trips in (10, 20))
    assert many - few == 10 * 4 * B * 8


def test_layers_without_an_inside_are_written_as_their_operations() -> None:
    layers = 'x=Input[B,4] -> d:Dense(kernel[4,8],bias[8])[B,8]{"activation": "relu"}'
    ops = "x=Input[B,4] -> m=MatMul(k[4,8])[B,8] -> b=BiasAdd(b[8])[B,8] -> r=Relu[B,8]"
    assert training(layers).peak == training(ops).peak


def test_a_layer_that_nobody_knows_keeps_all_and_is_named() -> None:
    plans = prepare_memory(graph("x=Input[B,4] -> m:Mystery(kernel[4,8])[B,8]"))
    assert plans.assumed == ("Mystery",)
    assert [note.code for note in plans.notes()] == ["assumed_kept"]


def test_a_model_without_weights_trains_in_no_memory_of_its_own() -> None:
    assert training("x=Input[B,4] -> r=Relu[B,4]").by_role == {
        Role.INPUTS: 16 * B,
        Role.ACTIVATIONS: 16 * B,
    }


def test_of_a_traced_training_step_the_forward_phase_is_taken() -> None:
    step = graph("""
        x=Input[B,4] -> forward/a=MatMul(k[4,8])[B,8] -> loss/l=Sum[] -> gradient/g=Fill[B,8]
    """)
    scopes = tuple(
        replace(scope, kind=ScopeKind.PHASE) if scope.parent == "/" else scope
        for scope in step.scopes
    )
    plain = prepare_memory(graph("x=Input[B,4] -> a=MatMul(k[4,8])[B,8]"))
    assert prepare_memory(replace(step, scopes=scopes)).inference.peak({"B": B}) == (
        plain.inference.peak({"B": B})
    )


@pytest.mark.parametrize("inner", ['{"class_name": ""}', '{"config": {}}'])
def test_a_layer_inside_another_that_has_no_class_is_named_all_the_same(inner: str) -> None:
    wrapper = f't:TimeDistributed(kernel[4,8])[B,5,8]{{"layer": {inner}}}'
    plans = prepare_memory(graph(f"x=Input[B,5,4] -> {wrapper}"))
    assert plans.assumed == ("?",)
