"""The fuzzers work: mutations come again, findings are told, and readers stand a few of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscope.errors import GraphscopeError, ReadError
from graphscope.graph import Graph
from tests.fuzz import mutations, worker
from tests.fuzz.mutations import Mutation, mutate_bytes, mutate_json
from tests.fuzz.seeds import Seeds
from tests.fuzz.targets import TARGETS, Target, try_one

SEEDS = Seeds()
IN_PROCESS = [name for name, target in TARGETS.items() if not target.may_crash]


@pytest.mark.parametrize("mutate", [mutate_bytes, mutate_json])
def test_the_same_number_gives_the_same_mutation_and_another_one_another(mutate: Mutation) -> None:
    target = replace(TARGETS["json-short"], mutate=mutate)
    made = [target.make(SEEDS, number) for number in range(200)]
    assert made == [target.make(SEEDS, number) for number in range(200)]
    assert len(set(made)) > 120


def test_mutated_json_is_mostly_json() -> None:
    changed = [mutate_json(b'{"a": [1, {"b": "c"}], "d": null}', Random(n)) for n in range(200)]
    assert sum(_is_json(data) for data in changed) > 150


def test_mutations_leave_nothing_behind_for_the_next_one() -> None:
    for number in range(2_000):
        mutate_json(b'{"a": [], "b": {}, "c": [[{"d": {}}]]}', Random(number))
    assert mutate_json(b"{}", Random(7)) == mutate_json(b"{}", Random(7))
    assert all(len(str(value)) < 6_000 for value in mutations._VALUES)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def test_all_targets_have_seeds() -> None:
    for target in TARGETS.values():
        assert SEEDS.of(target.seeds), target.seeds


@pytest.mark.parametrize("name", ["keras-values", "h5-values", "pb-values", "index-values"])
def test_the_numbers_of_sound_files_are_summed_up(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]
    answer = target.read(SEEDS.of(target.seeds)[0], tmp_path)
    assert isinstance(answer, bytes)
    rows = json.loads(answer)
    assert rows
    assert all("count" in row for row in rows)


def test_sound_descriptions_are_what_layers_are_named_after(tmp_path: Path) -> None:
    for name in ("keras-metadata", "keras-described"):
        target = TARGETS[name]
        (tmp_path / name).mkdir()
        graph = target.read(SEEDS.of(target.seeds)[0], tmp_path / name)
        assert isinstance(graph, Graph)
        assert "Block" in {layer.class_name for layer in graph.layers}, name


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ReadError("It is damaged."), []),
        (ReadError("x" * 501), ["a long message"]),
        (KeyError("layers"), ["KeyError: 'layers'"]),
        (RecursionError("too deep"), ["RecursionError: too deep"]),
    ],
)
def test_only_our_own_short_errors_are_no_findings(
    error: Exception, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(data: bytes, folder: Path) -> None:
        raise error

    monkeypatch.setitem(TARGETS, "log", Target(read, "log", mutate_bytes))
    assert [fault["fault"] for fault in worker._find_faults("log", b"")] == told


@pytest.mark.parametrize("name", IN_PROCESS)
def test_a_reader_raises_nothing_but_errors_of_ours(name: str) -> None:
    @settings(max_examples=25)  # `make fuzz` tries thousands
    @given(st.integers(0, 1 << 32))
    def try_numbers(number: int) -> None:
        try:
            try_one(name, TARGETS[name].make(SEEDS, number))
        except GraphscopeError as error:
            assert len(str(error)) <= 500

    try_numbers()
