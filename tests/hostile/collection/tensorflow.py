"""SavedModels, graphs of TensorFlow and event files with such graphs, right, wrong and endless."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.hostile.collection.checkpoint import make_index
from tests.hostile.collection.maker import Maker, Section
from tests.hostile.collection.names import NAMES
from tests.hostile.collection.protobuf import (
    STRING,
    data,
    double,
    function,
    function_of,
    graph_def,
    node,
    number,
    pair,
    saved_model,
    shape,
    tensor,
    type_of,
    varint,
)
from tests.hostile.collection.records import record
from tests.hostile.rows import Must

_PLACEHOLDER = {"dtype": type_of(), "shape": data(7, shape(-1, 4))}
NODES = [
    node("x", "Placeholder", attributes=_PLACEHOLDER),
    node(
        "w",
        "Const",
        attributes={"dtype": type_of(), "value": tensor(4, 3, content=data(4, bytes(48)))},
    ),
    node("product", "MatMul", ["x", "w"], {"T": type_of()}),
    node("y", "Relu", ["product"], {"T": type_of()}),
]
GRAPH = graph_def(NODES)


def add_rows(maker: Maker) -> None:
    """Add each graph as a SavedModel, a GraphDef and an event file."""
    folders = maker.section("savedmodel", "savedmodel")
    graphs = maker.section("graphdef", "pb")
    events = maker.section("events", "tfevents")
    for id_, graph, must, note in _graphs(maker):
        _write_folder(folders, f"sm_{id_}", saved_model(graph), must, note)
        graphs.write(f"pb_{id_}", graph, must, note)
        path = maker.files / f"events.out.tfevents.1.{id_}"
        path.write_bytes(
            record(_event(b"", data(3, "brain.Event:2"))) + record(_graph_event(graph))
        )
        events.add(f"events_{id_}", path, must, note)
    _add_broken(folders, graphs)
    _add_code(maker)
    _add_flipped(maker)


def _event(more: bytes, what: bytes) -> bytes:
    return double(1, 1.7e9) + more + what


def _graph_event(graph: bytes) -> bytes:
    return _event(number(2, 0), data(4, graph))


def _write_folder(
    section: Section, id_: str, pb: bytes | None, must: Must, note: str, marker: str | None = None
) -> Path:
    folder = section.maker.files / id_
    (folder / "variables").mkdir(parents=True)
    if pb is not None:
        (folder / "saved_model.pb").write_bytes(pb)
    section.add(id_, folder, must, note, marker=marker)
    return folder


def _graphs(maker: Maker) -> Iterator[tuple[str, bytes, Must, str]]:
    yield "sound", GRAPH, "open", "a matrix product"
    yield from _functions()
    yield from _wrong()
    yield from _large(maker)
    for name in ("script", "img", "close_title", "dot_break", "ansi", "formula", "prototype"):
        evil = node(NAMES[name], NAMES[name], ["y"], {NAMES[name]: data(2, NAMES[name])})
        yield f"name_{name}", graph_def([*NODES, evil]), "either", f"named {NAMES[name][:40]!r}"


def _functions() -> Iterator[tuple[str, bytes, Must, str]]:
    def calls(name: str, callee: str) -> bytes:
        return node(name, "PartitionedCall", ["x"], {"f": function_of(callee)})

    ring = [function("f", [calls("c", "f")], takes="x", gives="c:output:0")]
    yield "calls_itself", graph_def([*NODES, calls("call", "f")], ring), "open", "f calls f"
    pair_ = [
        function("f", [calls("c", "g")], takes="x", gives="c:output:0"),
        function("g", [calls("c", "f")], takes="x", gives="c:output:0"),
    ]
    yield "calls_in_ring", graph_def([*NODES, calls("call", "f")], pair_), "open", "f calls g, g f"
    doubling = [
        function(f"e{at}", [calls("a", f"e{at + 1}"), calls("b", f"e{at + 1}")], takes="x")
        for at in range(40)
    ]
    doubling.append(function("e40", [node("n", "NoOp")], takes="x"))
    noted = "40 functions, each called twice: 2^40 operations"
    yield "calls_doubling", graph_def([*NODES, calls("call", "e0")], doubling), "open", noted
    yield "calls_nothing", graph_def([*NODES, calls("call", "nope")]), "either", "no such function"
    twice = [function("f", NODES), function("f", NODES[:1])]
    yield "functions_twice", graph_def([*NODES, calls("c", "f")], twice), "either", "f, and f"


def _wrong() -> Iterator[tuple[str, bytes, Must, str]]:
    def same(name: str, *inputs: str) -> bytes:
        return node(name, "Identity", inputs, {"T": type_of()})

    yield "ring", graph_def([*NODES, same("a", "b"), same("b", "a")]), "either", "a feeds b feeds a"
    yield "no_input", graph_def([*NODES, same("a", "nope:7")]), "either", "takes from no operation"
    yield "no_output", graph_def([*NODES, same("a", "y:99999999999")]), "either", "of no output"
    yield "odd_inputs", graph_def([*NODES, same("a", "", "^", ":", "^:0", "y:-1")]), "either", ""
    yield "two_of_a_name", graph_def([*NODES, same("a", "x"), same("a", "y")]), "either", ""
    yield "no_names", graph_def([*NODES, node("", ""), b""]), "either", "operations without names"
    bytes_ = data(1, b"\xff\xfe") + data(2, b"\xc3")
    yield "names_no_utf8", graph_def([*NODES, bytes_]), "either", "names that are no text"
    odd = {
        "T": number(6, 2**63),
        "shape": data(7, shape(-7, 2**62)),
        "x": b"",
        "y": data(1, b"\x08"),
    }
    yield "odd_attributes", graph_def([*NODES, node("a", "Identity", ["y"], odd)]), "either", ""


def _large(maker: Maker) -> Iterator[tuple[str, bytes, Must, str]]:
    huge = {"dtype": type_of(), "value": tensor(1 << 20, 1 << 20, content=data(5, b"\0\0\x80?"))}
    yield "huge_constant", graph_def([*NODES, node("h", "Const", (), huge)]), "either", "4 TiB"
    deep = node("/".join(["s"] * 5_000), "Relu", ["y"], {"T": type_of()})
    yield "deep_scopes", graph_def([*NODES, deep]), "either", "5,000 scopes in scopes"
    wide = node("n", "AddN", ["y"] * 20_000, {"T": type_of()})
    yield "wide", graph_def([*NODES, wide]), "either", "20,000 inputs"
    long = node("n" * (1 << 20), "Relu", ["y"], {"T": type_of()})
    yield "long_name", graph_def([*NODES, long]), "either", "a name of 1 MiB"
    if maker.is_big:
        chain = [
            node(f"n{at}", "Relu", [f"n{at - 1}" if at else "y"], {"T": type_of()})
            for at in range(100_000)
        ]
        yield "chain_100k", graph_def([*NODES, *chain]), "either", "100,000 operations"


def _add_broken(folders: Section, graphs: Section) -> None:
    whole = saved_model(GRAPH)
    for number_, part in enumerate((0, 0.01, 0.3, 0.6, 0.999)):
        cut = int(len(whole) * part)
        note = f"cut at {part:.1%}"
        _write_folder(folders, f"sm_cut_{number_}", whole[:cut], "error", note)
        if part:
            graphs.write(f"pb_cut_{number_}", GRAPH[: int(len(GRAPH) * part)], note=note)
    _write_folder(folders, "sm_noise", folders.maker.noise(5_000), "error", "noise")
    graphs.write("pb_noise", graphs.maker.noise(3_000), note="noise")
    _write_folder(folders, "sm_no_file", None, "error", "no saved_model.pb")
    _write_folder(folders, "sm_page", b"<html></html>", "error", "an HTML page")
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    _write_folder(folders, "sm_pointer", pointer, "error", "a pointer of Git LFS")
    _write_folder(folders, "sm_nested", _nest(), "error", "20,000 fields in fields")
    long = varint(2 << 3 | 2) + b"\xff" * 9 + b"\1" + b"x"
    _write_folder(folders, "sm_long_field", long, "error", "a field of 2^63 bytes")
    graphs.write("pb_long_field", varint(1 << 3 | 2) + b"\xff" * 9 + b"\1", note="2^63 bytes")
    graphs.write("pb_endless_varint", b"\x0a" + b"\xff" * 64, note="a number of 64 bytes")
    graphs.write("pb_groups", varint(1 << 3 | 3) * 5_000, note="5,000 groups in groups")
    untagged = saved_model(GRAPH, tag="")
    _write_folder(folders, "sm_other_tag", untagged, "either", "no graph for serving")
    folder = _write_folder(folders, "sm_bad_index", whole, "either", "noise as variables.index")
    (folder / "variables" / "variables.index").write_bytes(folders.maker.noise(4_096))
    index = make_index([(b"%09d" % at, b"\x08\x01") for at in range(10_000)], repeats=10_000)
    folder = _write_folder(folders, "sm_long_index", whole, "either", "100,000,000 weights")
    (folder / "variables" / "variables.index").write_bytes(index)
    folder = _write_folder(folders, "sm_link", None, "either", "saved_model.pb is a link")
    (folder / "saved_model.pb").symlink_to(folders.maker.secret / "canary.txt")
    folder = _write_folder(folders, "sm_pipe", None, "error", "saved_model.pb is a pipe")
    os.mkfifo(folder / "saved_model.pb")
    folder = _write_folder(folders, "sm_index_pipe", whole, "either", "variables.index is a pipe")
    os.mkfifo(folder / "variables" / "variables.index")


def _nest() -> bytes:
    inner = b""
    while len(inner) < 400_000:
        inner = data(2, inner)
    return inner


def _add_code(maker: Maker) -> None:
    """Add graphs with operations that write or run when TensorFlow loads or calls them."""
    marker = maker.marker("sm_code")
    text = {"dtype": type_of(STRING), "value": tensor(kind=STRING, content=data(8, marker))}
    nodes = [
        *NODES,
        node("file", "Const", attributes=text),
        node("write", "WriteFile", ["file", "file"]),
        node("python", "PyFunc", ["y"], {"token": data(2, "pyfunc_0"), "Tin": type_of()}),
    ]
    start = pair(4, "saved_model_main_op", data(1, data(1, "write")))
    model = saved_model(graph_def(nodes), start)
    section = maker.section("code or file gadget", "savedmodel")
    _write_folder(section, "sm_code", model, "open", "writes the marker when loaded", marker)
    section = maker.section("code or file gadget", "pb")
    section.write("pb_code", graph_def(nodes), "open", "writes the marker when run", marker=marker)


def _add_flipped(maker: Maker) -> None:
    whole = saved_model(GRAPH)
    for number_ in range(6):
        section = maker.section("random flips", "savedmodel")
        noise = maker.flip(whole, 10)
        _write_folder(section, f"sm_flips_{number_}", noise, "either", "10 bytes are others")
        section = maker.section("random flips", "pb")
        section.write(f"pb_flips_{number_}", maker.flip(GRAPH, 10), "either")
