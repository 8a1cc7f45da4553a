"""Logs of trainings that were torn, damaged, or claim too much."""

from __future__ import annotations

import json
import struct

from tests.hostile.collection.maker import Maker, Section
from tests.hostile.collection.names import NAMES
from tests.hostile.collection.protobuf import data, double, number
from tests.hostile.collection.records import record


def add_rows(maker: Maker) -> None:
    """Add logs of rows, event files and a database."""
    _add_rows_logs(maker.section("run log", "jsonl"))
    _add_events(maker.section("run log", "tfevents"))
    noise = b"SQLite format 3\0" + maker.noise(4_000)
    maker.section("run log", "db").write("log_database", noise, note="a torn database")


def _row(step: object, **more: object) -> str:
    loss = 1 / (step + 1) if isinstance(step, int) else 1.0
    return json.dumps({"step": step, "loss": loss, **more}) + "\n"


def _rows(begin: int, end: int) -> str:
    return "".join(_row(step) for step in range(begin, end))


def _add_rows_logs(section: Section) -> None:
    section.write("log_torn", _rows(0, 100) + '{"step": 100, "lo', "open", "a torn last line")
    odd = '{"step": 10, "loss": NaN}\n{"step": 11, "loss": Infinity}\n'
    section.write("log_nan", _rows(0, 10) + odd, "open")
    noise = section.maker.noise(500).replace(b"\n", b" ")
    middle = _rows(0, 50).encode() + noise + b"\n" + _rows(50, 100).encode()
    section.write("log_noise", middle, "open", "noise between the rows")
    back = "".join(_row(step) for step in (0, 1, 2, 3, 2, 1, 5))
    section.write("log_backwards", back, "open")
    section.write("log_same", _row(1) * 50, "open")
    section.write("log_nuls", _rows(0, 100) + "\0" * 4096, "open", "NULs, as after a power cut")
    long = '{"step":1,"x":"' + "y" * (20 << 20) + '"}\n'
    section.write("log_long_line", long, "either", "a line of 20 MiB")
    strange = '{"step": "one", "loss": "bad"}\n{"step": null}\n[]\n7\n'
    section.write("log_types", strange, "either")
    many = "".join(json.dumps({"step": at, f"k{at}": 1}) + "\n" for at in range(20_000))
    section.write("log_many_names", many, "either", "20,000 metrics")
    section.write("log_utf16", _rows(0, 5).encode("utf-16"))
    deep = '{"step": 1, "x": ' + "[" * 100_000 + "]" * 100_000 + "}\n"
    section.write("log_deep", _rows(0, 5) + deep, "either", "100,000 lists in lists")
    large = '{"step": 1e999, "loss": 1e999}\n{"step": -5, "loss": ' + "9" * 10_000 + "}\n"
    section.write("log_large_numbers", _rows(0, 5) + large, "open")
    for name in ("script", "ansi", "formula", "rich_markup", "right_to_left", "prototype"):
        text = "".join(_row(step, **{NAMES[name]: 0.5}) for step in range(5))
        section.write(f"log_name_{name}", text, "open", f"a metric {NAMES[name][:40]!a}")


def _add_events(section: Section) -> None:
    sound = record(_event(data(3, "brain.Event:2"))) + b"".join(
        record(scalar("loss", step, 1 / (step + 1))) for step in range(20)
    )
    section.write("scalars_sound", sound, "open", "scalars alone")
    section.write("scalars_cut", sound[:-7], "either", "the last record is cut")
    wrong = struct.pack("<QI", 40, 1) + section.maker.noise(44)
    section.write("scalars_checksum", wrong, "either", "a wrong checksum")
    section.write("scalars_long", struct.pack("<QI", 1 << 62, 0) + b"x" * 50, note="2^62 bytes")
    section.write("scalars_broken", sound + record(b"\x12\xff\xff\xff\xff\x7f"), "either")
    section.write("scalars_zero", sound + bytes(4096), "either", "NULs, as after a power cut")
    for name in ("script", "ansi", "formula"):
        text = sound + record(scalar(NAMES[name], 1, 0.5))
        section.write(f"scalars_name_{name}", text, "open")
    for number_ in range(6):
        noise = section.maker.flip(sound, 10)
        section.write(f"scalars_flips_{number_}", noise, "either", "10 bytes are others")


def _event(what: bytes, step: int = 0) -> bytes:
    return double(1, 1.7e9) + number(2, step) + what


def scalar(tag: str, step: int, value: float) -> bytes:
    """Return an event with one number."""
    simple = data(1, tag) + b"\x15" + struct.pack("<f", value)
    return _event(data(5, data(1, simple)), step)
