"""Functional models whose connections cannot be, or are too many."""

from __future__ import annotations

from typing import Any

from tests.hostile.collection.maker import Maker, Section
from tests.hostile.collection.models import dense, model
from tests.support.archives import call, layer, tensor


def add_rows(maker: Maker) -> None:
    """Add all kinds of bad graphs."""
    section = maker.section("bad graph")
    _add_rings(section)
    _add_missing(section)
    _add_odd(section)
    _add_large(section)


def _add_rings(section: Section) -> None:
    two = model(dense("a", "b"), dense("b", "a"), outputs="b")
    section.archive("ring_of_two", two, note="a and b feed each other")
    section.archive("ring_of_one", model(dense("d1", "d1")), note="a layer feeds itself")
    ring = [dense(f"x{number}", f"x{(number + 1) % 1000}") for number in range(1000)]
    section.archive("ring_of_1000", model(*ring, outputs="x0"), note="a ring of 1,000 layers")
    long = "n" * (1 << 20)
    named = model(dense(long, "b"), dense("b", long), outputs="b")
    section.archive("ring_of_long_names", named, note="a ring with a name of 1 MiB")


def _add_missing(section: Section) -> None:
    section.archive("no_layer", model(dense("d1", "ghost")), note="it takes from no layer")
    section.archive("no_call", model(dense("d1", ("inp", 99, 0))), note="from no call")
    section.archive("no_tensor", model(dense("d1", ("inp", 0, 99))), note="from no output")
    section.archive("negative_call", model(dense("d1", ("inp", -1, -1))), "either")
    section.archive("no_output_layer", model(dense("d1", "inp"), outputs="ghost"))
    section.archive("no_input_layer", model(dense("d1", "inp"), inputs="ghost"))
    section.archive("no_outputs", model(dense("d1", "inp"), outputs=[]), "either")


def _add_odd(section: Section) -> None:
    twice = model(dense("d1", "inp"), dense("d1", "d1"))
    section.archive("two_of_a_name", twice, note="two layers of one name")
    for name, value in {"null": None, "number": 7}.items():
        document = model({**dense("d1", "inp"), "name": value})
        section.archive(f"layer_name_{name}", document, "either")
    calls: dict[str, Any] = {
        "text": "inp",
        "numbers": [1, 2],
        "short": [{"args": [_history("inp")], "kwargs": {}}],
        "types": [{"args": [_history({}, "a", None)], "kwargs": {}}],
        "no_args": [{"args": None, "kwargs": 3}],
    }
    for name, value in calls.items():
        document = model({**dense("d1", "inp"), "inbound_nodes": value})
        section.archive(f"calls_{name}", document)
    old = model({**dense("d1", "inp"), "inbound_nodes": [[["inp", 0, 0, {}]]]})
    section.archive("calls_of_keras_2", old, "either", "calls as Keras 2 wrote them")
    misfit = model(dense("a", "inp", 4), dense("b", "inp", 5), layer("Add", "d1", ["a", "b"]))
    section.archive("add_misfit", misfit, "either", "Add of 4 and 5 numbers")


def _history(*parts: Any) -> Any:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": list(parts)}}


def _add_large(section: Section) -> None:
    wide = model(layer("Add", "d1", ["inp"] * 20_000))
    section.archive("wide_add", wide, "either", "an Add of 20,000 tensors")
    calls = [call("inp"), *[call(("d1", number)) for number in range(4_999)]]
    shared = model(layer("Dense", "d1", *calls, units=4), outputs=("d1", 4_999))
    section.archive("shared_calls", shared, "either", "one layer, called 5,000 times")
    chain = [dense(f"x{at}", f"x{at - 1}" if at else "inp") for at in range(20_000)]
    section.archive("chain_20k", model(*chain, outputs="x19999"), "either", "20,000 layers")
    all_before = [
        layer(
            "Concatenate", f"x{at}", [f"x{each}" if each else "inp" for each in range(max(1, at))]
        )
        for at in range(1, 400)
    ]
    squared = model(*all_before, outputs="x399")
    section.archive("all_to_all", squared, "either", "400 layers, 80,000 edges")
    if section.maker.is_big:
        chain = [
            layer("Activation", f"x{at}", f"x{at - 1}" if at else "inp", activation="relu")
            for at in range(200_000)
        ]
        long = model(*chain, outputs="x199999")
        section.archive("chain_200k", long, "either", "200,000 layers")
    nested = [tensor("inp")]
    for _ in range(150):
        nested = [nested]
    deep = model(layer("Add", "d1", {"args": nested, "kwargs": {}}))
    section.archive("deep_arguments", deep, "either", "an argument in 150 lists")
