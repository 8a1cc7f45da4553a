"""The same model on TensorFlow, JAX and PyTorch: one data-flow graph, the same work."""

from __future__ import annotations

import difflib

import pytest

from tests.backends.conftest import BACKENDS, Answers

DIFFERENT = {
    "mapping": "on TensorFlow, `keras.ops.map` calls the function once more to see what it returns",
    "quantized_float8": "on TensorFlow, weights that only a training updates are read as well",
}
"""Models that Keras itself runs in another way on one of the backends."""

MOST = 0.01
"""The largest part by which the FLOPs of one model may differ: the goal of all estimates."""

OTHER_WORK = {
    "sample:bilstm_tagger": 0.03,  # TensorFlow runs a cell once more, to see what it returns
    "mobilenet_v3": 0.02,  # batch normalisation takes 4 steps on PyTorch, 2 where it is folded
}


def test_every_backend_traces_every_model(answers: dict[str, Answers]) -> None:
    failed = {
        (backend, name): found["error"]
        for backend, models in answers.items()
        for name, found in models.items()
        if "error" in found
    }
    assert not failed
    assert len({tuple(models) for models in answers.values()}) == 1


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_data_flow_graph_is_the_same_to_the_byte(answers: dict[str, Answers], backend: str) -> None:
    different = {}
    for name, found in answers[backend].items():
        expected = answers["tensorflow"][name]["data_flow"]
        if name not in DIFFERENT and found["data_flow"] != expected:
            lines = difflib.unified_diff(
                expected.splitlines(), found["data_flow"].splitlines(), lineterm="", n=1
            )
            different[name] = list(lines)[:20]
    assert not different


def test_exceptions_are_exceptions(answers: dict[str, Answers]) -> None:
    for name in DIFFERENT:
        assert len({answers[backend][name]["data_flow"] for backend in BACKENDS}) > 1, name


def test_work_is_the_same(answers: dict[str, Answers]) -> None:
    different = {}
    for name in answers["torch"]:
        counts = [answers[backend][name]["flops"] for backend in BACKENDS]
        # In models of a few operations, a comparison more or less is a large part.
        if min(counts) < 1_000_000:
            continue
        if max(counts) - min(counts) > OTHER_WORK.get(name, MOST) * max(counts):
            different[name] = counts
    assert not different


def test_operations_are_owned_and_their_work_known(answers: dict[str, Answers]) -> None:
    for backend, models in answers.items():
        for name, found in models.items():
            assert found["unowned"] == [], (backend, name)
            assert found["unknown_types"] == [], (backend, name)


def test_shapes_are_known_and_both_projections_agree_on_torch(answers: dict[str, Answers]) -> None:
    for name, found in answers["torch"].items():
        assert found["unknown_shapes"] == [], name
        assert not found["has_marks"], name
        assert found["violations"] == [], name
