"""Archives that are cut, damaged, oversized, or hold entries that lead elsewhere."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

from tests.hostile.collection.maker import Entry, Maker, Section
from tests.hostile.collection.models import CONFIG, ENTRIES, META, WEIGHTS, base_archive, base_with
from tests.hostile.rows import Must

_DIRECTORY, _END = b"PK\x01\x02", b"PK\x05\x06"
_GIB = 1 << 30


def add_rows(maker: Maker) -> None:
    """Add all kinds of bad archives."""
    base = base_archive()
    _add_cut(maker.section("truncated zip"), base)
    _add_damaged(maker.section("corrupt zip"), base)
    _add_flipped(maker.section("random flips"), base)
    _add_bombs(maker.section("zip bomb"))
    _add_names(maker.section("entry names"))
    _add_missing(maker.section("missing entries"))
    _add_bad_parts(maker)


def _add_cut(section: Section, base: bytes) -> None:
    for number, part in enumerate((0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)):
        cut = base[: max(1, int(len(base) * part))]
        section.write(f"zip_cut_{number}", cut, note=f"cut at {part:.1%}")
    for size in (1, 22, 100):
        section.write(f"zip_tail_{size}", base[:-size], note=f"the last {size} bytes are missing")


def _add_damaged(section: Section, base: bytes) -> None:
    first, end = base.find(_DIRECTORY), base.rfind(_END)
    config = base.find(b'{"module"')
    second = base.find(_DIRECTORY, first + 1)
    damaged = {
        "zip_config_crc": (_put(base, config + 40, b"\0"), "the CRC of config.json is wrong"),
        "zip_directory": (_put(base, first + 1, b"\0"), "the directory has no signature"),
        "zip_directory_place": (_put(base, end + 16, b"\xff\xff\xff\x7f"), "outside of the file"),
        "zip_encrypted": (_put_all(base, 8, b"\1"), "every entry is flagged as encrypted"),
        "zip_method": (_put_all(base, 10, b"\x63\0"), "unknown compression method"),
        "zip_size": (_put(base, second + 24, b"\xfe\xff\xff\xff"), "config.json claims 4 GiB"),
        "zip_signature": (b"PK\3\4", "nothing but the signature"),
        "zip_zip64": (_put(base, end + 16, b"\xff" * 4), "a ZIP64 directory that is not there"),
        "zip_disks": (_put(base, end + 4, b"\7\0\7\0"), "the eighth disk of eight"),
    }
    for id_, (data, note) in damaged.items():
        section.write(id_, data, "either" if id_ == "zip_disks" else "error", note)
    weights = base.find(b"\x89HDF")
    noted = "the CRC of the weights is wrong, their structure is whole"
    section.write("zip_weights_crc", _put(base, weights + 600, b"\xff" * 3), "either", noted)
    page = b"<html><script>window.__gs_pwned=1</script></html>\n"
    section.write("zip_behind_page", page + base, "either", "an HTML page in front of the zip")
    section.write("zip_before_noise", base + b"\x5a" * 30, "either", "30 bytes behind the zip")
    comment = base[: end + 20] + struct.pack("<H", 60_000) + b"A" * 60_000
    section.write("zip_comment", comment, "open", "a comment of 60 kB")
    section.entries("zip_empty", [], note="a sound zip without entries")


def _put(data: bytes, place: int, value: bytes) -> bytes:
    return data[:place] + value + data[place + len(value) :]


def _put_all(data: bytes, place: int, value: bytes) -> bytes:
    at = data.find(_DIRECTORY)
    while at >= 0:
        data = _put(data, at + place, value)
        at = data.find(_DIRECTORY, at + 4)
    return data


def _add_flipped(section: Section, base: bytes) -> None:
    for number in range(12):
        data = section.maker.flip(base, 20)
        section.write(f"zip_flips_{number}", data, "either", "20 random bytes are others")


def _add_bombs(section: Section) -> None:
    if section.maker.is_big:
        _inflate(section, "bomb_config", "config.json", CONFIG, b" ", 3 * _GIB, "error")
        _inflate(section, "bomb_weights", "model.weights.h5", "", b"\0", 2 * _GIB, "either")
        _inflate(section, "bomb_asset", "assets/a.txt", "", b"A", _GIB, "either")
        entries = [(f"a/{number}", b"") for number in range(100_000)]
        section.model("bomb_entries", "either", "100,003 entries", *entries)
    entries = [(f"a/{number}", b"") for number in range(12_000)]
    section.model("many_entries", "either", "12,003 entries", *entries)
    section.model("bomb_nested", "open", "zips in zips: 2 TiB", ("nested.zip", _nest_zips()))
    section.write("bomb_overlap", _overlap(), "either", "2,000 directory entries share one member")


def _inflate(
    section: Section, id_: str, name: str, begin: str, fill: bytes, size: int, must: Must
) -> None:
    path = section.maker.files / f"{id_}.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for other, data in ENTRIES:
            if other != name:
                archive.writestr(other, data)
        with archive.open(name, "w", force_zip64=True) as member:
            member.write(begin.encode())
            for _ in range(size >> 24):
                member.write(fill * (1 << 24))
    note = f"{name} inflates to {size >> 30} GiB"
    section.add(id_, path, must, note)


def _nest_zips() -> bytes:
    inner = [(f"{number}.bin", bytes(32 << 20)) for number in range(16)]
    data = _zip(inner)
    for depth in range(4):
        data = _zip([(f"{depth}_{number}.zip", data) for number in range(8)])
    return data


def _zip(entries: list[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return stream.getvalue()


def _overlap(count: int = 2_000) -> bytes:
    data = _zip([("config.json", CONFIG.encode() + b" " * (8 << 20))])
    first, end = data.find(_DIRECTORY), data.find(_END)
    record, tail = data[first:end], bytearray(data[end:])
    tail[8:10] = tail[10:12] = struct.pack("<H", count)
    tail[12:16] = struct.pack("<I", len(record) * count)
    return data[:first] + record * count + bytes(tail)


def _add_names(section: Section) -> None:
    twice: list[Entry] = [*ENTRIES, ("config.json", base_with('"base"', '"SECOND"'))]
    section.entries("two_configs", twice, "either", "two config.json: which one counts?")
    outside = section.maker.marker
    names = {
        "entry_absolute": outside("entry_absolute"),
        "entry_upwards": "../" * 12 + outside("entry_upwards").lstrip("/"),
        "entry_backslashes": "..\\..\\..\\x",
        "entry_drive": "C:\\Windows\\x",
        "entry_long": "a" * 60_000,
        "entry_nul": "config.json\0.txt",
        "entry_control": "\x1b]0;owned\x07\u202ek",
    }
    for id_, name in names.items():
        section.model(id_, "either", f"an entry {name[:40]!r}", (name, b"x"), marker=outside(id_))
    _add_links(section)
    path = section.model("entry_bytes", "open", "an entry whose name is no UTF-8", ("aXYb", b"1"))
    path.write_bytes(path.read_bytes().replace(b"aXYb", b"a\xff\xfeb"))


def _add_links(section: Section) -> None:
    secret = section.maker.secret
    targets = {
        "config.json": secret / "canary.txt",
        "model.weights.h5": secret / "canary.h5",
        "assets": secret,
    }
    for name, target in targets.items():
        link = zipfile.ZipInfo(name)
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        others = [entry for entry in ENTRIES if entry[0] != name]
        id_ = f"link_{name.partition('.')[0]}"
        must: Must = "error" if name == "config.json" else "either"
        section.entries(id_, [*others, (link, str(target))], must, f"{name} is a link")


def _add_missing(section: Section) -> None:
    section.archive("no_config", None, weights=WEIGHTS)
    section.archive("no_metadata", CONFIG, "either", weights=WEIGHTS, metadata=None)
    section.archive("no_weights", CONFIG, "either", "the graph is still readable")
    section.entries("config_folder", [("config.json/", b""), ("model.weights.h5", WEIGHTS)])
    upper: list[Entry] = [
        ("METADATA.JSON", META),
        ("CONFIG.JSON", CONFIG),
        ("model.weights.h5", WEIGHTS),
    ]
    section.entries("config_upper_case", upper)
    inner: list[Entry] = [(f"net/{name}", data) for name, data in ENTRIES]
    section.entries("config_within", inner, note="zipped with its folder")
    section.entries("config_of_inner", [("net.keras", b"PK"), ("a.txt", b"")])


def _add_bad_parts(maker: Maker) -> None:
    section = maker.section("bad weights")
    section.archive("weights_noise", CONFIG, "either", weights=maker.noise(4096))
    section.archive("weights_empty", CONFIG, "either", weights=b"")
    section.archive("weights_cut", CONFIG, "either", weights=WEIGHTS[:1500])
    section = maker.section("bad metadata")
    section.archive("metadata_noise", CONFIG, "either", metadata=b"\xff\xfe{{{", weights=WEIGHTS)
    future = {"keras_version": "99.0.0", "date_saved": "<b>x</b>"}
    section.archive("metadata_future", CONFIG, "either", metadata=future, weights=WEIGHTS)
    odd = {"keras_version": {"a": [1]}, "date_saved": 5}
    section.archive("metadata_types", CONFIG, "either", metadata=odd, weights=WEIGHTS)
