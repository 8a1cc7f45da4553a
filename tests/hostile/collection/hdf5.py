"""HDF5 files whose links, storage, sizes and attributes lead elsewhere or nowhere."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np

from tests.hostile.collection.maker import Maker, Section
from tests.hostile.collection.models import BASE, CONFIG, WEIGHTS, legacy_file
from tests.hostile.rows import Must

_Put = Callable[[h5py.Group, str], object]


def add_rows(maker: Maker) -> None:
    """Add `.h5` files, weights files, and archives with such files inside."""
    section = maker.section("hdf5", "h5")
    for id_, put, note in _bad_datasets(maker.secret):
        data = legacy_file(change=_replacing("model_weights/d1/d1", "kernel", put))
        section.write(f"h5_{id_}", data, "either", note)
        member = _changed(WEIGHTS, _replacing("layers/dense/vars", "0", put))
        archives = maker.section("hdf5")
        archives.archive(f"member_{id_}", CONFIG, "either", f"inside: {note}", weights=member)
        weights = maker.section("hdf5", "weights.h5")
        weights.write(f"weights_{id_}", member, "either", f"weights alone: {note}")
    _add_groups(section)
    _add_configs(section)
    _add_lists(section)
    _add_cut(section)
    _add_flipped(maker)


def _replacing(folder: str, name: str, put: _Put) -> Callable[[h5py.File], object]:
    def change(file: h5py.File) -> None:
        del file[folder][name]
        put(file[folder], name)

    return change


def _changed(data: bytes, change: Callable[[h5py.File], object]) -> bytes:
    stream = io.BytesIO(data)
    with h5py.File(stream, "r+") as file:
        change(file)
    return stream.getvalue()


def _bad_datasets(secret: Path) -> Iterator[tuple[str, _Put, str]]:
    text, other = str(secret / "canary.txt"), str(secret / "canary.h5")

    def set_to(value: object) -> _Put:
        return lambda group, name: group.__setitem__(name, value)

    def make(shape: tuple[int, ...], **more: object) -> _Put:
        return lambda group, name: group.create_dataset(name, shape, "float32", **more)

    def make_virtual(group: h5py.Group, name: str) -> None:
        layout = h5py.VirtualLayout((4, 3), "float32")
        layout[:] = h5py.VirtualSource(other, "k", shape=(4, 3))
        group.create_virtual_dataset(name, layout)

    def make_of_objects(group: h5py.Group, name: str) -> None:
        group.create_dataset(name, (4, 3), h5py.string_dtype())

    tile = (1024, 1024)
    yield "external_link", set_to(h5py.ExternalLink(other, "/k")), "a link into another file"
    yield "soft_link", set_to(h5py.SoftLink("/nowhere")), "a link to nothing"
    yield "soft_ring", lambda g, n: g.__setitem__(n, h5py.SoftLink(f"{g.name}/{n}")), "a ring"
    yield "external_storage", make((4, 3), external=[(text, 0, 48)]), "bytes of another file"
    yield "virtual", make_virtual, "a virtual dataset of another file"
    yield "terabytes", make((1 << 20, 1 << 20), chunks=tile), "4 TiB are declared, none stored"
    yield "gigabytes", make((768, 1 << 20), chunks=(256, 1024)), "3 GiB are declared, none stored"
    yield "group", lambda g, n: g.create_group(n), "a group where an array should be"
    yield "strings", make_of_objects, "texts where numbers should be"
    packed = {"chunks": tile, "compression": "gzip"}
    zeros = np.zeros((1 << 13, 1 << 12), "float32")
    yield "packed", lambda g, n: g.create_dataset(n, data=zeros, **packed), "128 MiB of zeros"


def _add_groups(section: Section) -> None:
    def nest(file: h5py.File) -> None:
        group = file["model_weights"]
        for _ in range(3_000):
            group = group.create_group("g")

    def spread(file: h5py.File) -> None:
        for number in range(50_000):
            file["model_weights"].create_group(f"g{number}")

    def exchange(value: object) -> Callable[[h5py.File], object]:
        def change(file: h5py.File) -> None:
            del file["model_weights"]
            file["model_weights"] = value

        return change

    other = str(section.maker.secret / "canary.h5")
    changes: dict[str, tuple[Callable[[h5py.File], object], Must, str]] = {
        "ring_soft": (_link("loop", h5py.SoftLink("/model_weights/loop")), "either", "soft"),
        "ring_hard": (lambda f: f["model_weights"].__setitem__("loop", f["model_weights"]), "open",
                      "a group that holds itself"),
        "root_inside": (_link("up", h5py.SoftLink("/")), "open", "a link to the top"),
        "deep": (nest, "either", "3,000 groups in groups"),
        "many": (spread, "either", "50,000 groups"),
        "weights_array": (exchange(np.zeros(3)), "either", "model_weights is an array"),
        "weights_elsewhere": (exchange(h5py.ExternalLink(other, "/model_weights")), "either", ""),
        "no_weights": (lambda file: file.__delitem__("model_weights"), "either", "a config alone"),
    }  # fmt: skip
    for id_, (change, must, note) in changes.items():
        section.write(f"h5_{id_}", legacy_file(change=change), must, note)


def _link(name: str, link: object) -> Callable[[h5py.File], object]:
    return lambda file: file["model_weights"].__setitem__(name, link)


def _add_configs(section: Section) -> None:
    def set_config(value: object) -> bytes:
        return legacy_file(change=lambda f: f.attrs.__setitem__("model_config", value))

    text = json.dumps(BASE)
    section.write("h5_no_config", legacy_file(None), "either", "weights alone")
    section.write("h5_config_number", set_config(5))
    section.write("h5_config_numbers", set_config(np.zeros(3)))
    section.write("h5_config_no_utf8", set_config(np.bytes_(b"{\xff\xfe")))
    section.write("h5_config_cut", set_config(text[:300]))
    section.write("h5_config_empty", set_config(""))
    section.write("h5_config_list", set_config("[1, 2]"))
    section.write("h5_config_deep", set_config("[" * 30_000 + "]" * 30_000))
    section.write("h5_config_nan", set_config(text.replace('"units": 3', '"units": NaN')))
    section.write("h5_training_garbage", legacy_file(change=_set_training), "either")
    if section.maker.is_big:
        long = json.dumps({**BASE, "config": {**BASE["config"], "name": "x" * (40 << 20)}})
        data = _with_long_config(long)
        section.write("h5_config_long", data, "either", "an attribute of 40 MiB")


def _set_training(file: h5py.File) -> None:
    file.attrs["training_config"] = '{"optimizer_config": [{"class_name": {}}], "loss": NaN'


def _with_long_config(text: str) -> bytes:
    def change(file: h5py.File) -> None:
        file.attrs.create("model_config", np.array(text, dtype=h5py.string_dtype()))

    return legacy_file(None, change)


def _add_lists(section: Section) -> None:
    def set_names(value: object, group: str = "model_weights", name: str = "layer_names") -> bytes:
        return legacy_file(change=lambda file: file[group].attrs.__setitem__(name, value))

    values = {
        "outside": np.array([b"../../x", b"/", b"<b>"]),
        "numbers": np.arange(5),
        "twice": np.array([b"d1", b"d1", b"d2"]),
        "no_utf8": np.array([b"\xff\xfe", b"d1"]),
        "empty": np.array([], "S1"),
        "one": np.bytes_(b"d1"),
    }
    for name, value in values.items():
        section.write(f"h5_layer_names_{name}", set_names(value), "either")
        data = set_names(value, "model_weights/d1", "weight_names")
        section.write(f"h5_weight_names_{name}", data, "either")


def _add_cut(section: Section) -> None:
    whole = legacy_file()
    for number, part in enumerate((0.0001, 0.02, 0.1, 0.5, 0.9, 0.999)):
        cut = whole[: max(1, int(len(whole) * part))]
        section.write(f"h5_cut_{number}", cut, note=f"cut at {part:.2%}")


def _add_flipped(maker: Maker) -> None:
    whole = legacy_file()
    for number in range(10):
        data = maker.flip(whole, 40, 6_000)
        section = maker.section("random flips", "h5")
        section.write(f"h5_flips_{number}", data, "either", "40 of the first 6,000 bytes")
    for number in range(10):
        data = maker.flip(WEIGHTS, 40, 6_000)
        section = maker.section("random flips")
        note = "40 bytes of its weights are others"
        section.archive(f"member_flips_{number}", CONFIG, "either", note, weights=data)
