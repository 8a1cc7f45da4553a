"""What is said of operations that hide what they compute, and of texts and bytes in them."""

from __future__ import annotations

from graphscope.graph import Graph
from graphscope.readers.tensorflow.graph_def import read_graph_def
from tests.support.tensorflow_files import (
    FLOAT,
    INT32,
    STRING,
    Shape,
    Type,
    constant,
    data,
    graph,
    node,
    placeholder,
)

F = Type(FLOAT)


def read_bytes(*nodes: bytes) -> Graph:
    return read_graph_def(memoryview(graph(*nodes)), name="net")


def notes(found: Graph) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for note in found.notes:
        told.setdefault(note.code, []).append(note.message)
    return told


def test_an_operation_of_another_library_is_told_once() -> None:
    found = read_bytes(
        placeholder("x", 4),
        node("a", "Mine>Fused", "x", T=F, k=5, sizes=[Shape([3]), Shape([None, 2])]),
        node("b", "Mine>Fused", "a", T=F),
        node("y", "Relu", "b", T=F),
    )
    (message,) = notes(found)["operation-unknown"]
    assert message.startswith("Mine>Fused (2 times) is no operation of TensorFlow's own")
    assert found.nodes[1].attributes == {"k": 5, "sizes": [[3], [-1, 2]]}


def test_many_unknown_types_are_counted() -> None:
    nodes = [node(f"n{number}", f"Mine{number}", "x", T=F) for number in range(13)]
    told = notes(read_bytes(placeholder("x", 4), *nodes))["operation-unknown"]
    assert (len(told), told[-1]) == (11, "3 further types are not described.")


def test_a_compiled_program_is_told_and_not_shown_as_text() -> None:
    module = b"ML\xefR\rStableHLO_v1\x00\x01" * 400
    found = read_bytes(
        placeholder("x", 4),
        node("y", "XlaCallModule", "x", module=module, Sout=[Shape([4])], Tout=[F], Tin=[F]),
    )
    (message,) = notes(found)["operation-opaque"]
    assert "holds what it computes as a StableHLO module" in message
    assert found.nodes[-1].attributes["module"] == f"({len(module):,} bytes)"


def test_small_constants_of_text_have_values() -> None:
    def values(sizes: list[int], *texts: str | bytes) -> object:
        content = b"".join(data(8, text) for text in texts)
        names = constant("names", STRING, sizes, content)
        found = read_bytes(names, node("y", "StringLower", "names"))
        return found.nodes[0].attributes.get("value")

    assert values([], "<b>") == "<b>"
    assert values([2], "a", b"\x00\x01") == ["a", "(2 bytes)"]
    assert values([1], "x" * 1_000) == ["x" * 199 + "…"]
    assert values([17], *"abcdefghijklmnopq") is None
    assert values([0]) is None


def test_constants_of_numbers_are_as_before() -> None:
    found = read_bytes(constant("c", INT32, [2]), node("y", "Neg", "c", T=Type(INT32)))
    assert found.nodes[0].attributes["value"] == [0, 0]
