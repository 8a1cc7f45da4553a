"""Configs that are no JSON, no model, or a model with impossible settings."""

from __future__ import annotations

import json
import zipfile
from typing import Any

from tests.hostile.collection.maker import Maker, Section
from tests.hostile.collection.models import BASE, CONFIG, WEIGHTS, base_with, dense, model
from tests.hostile.rows import Must
from tests.support.archives import functional, input_layer, layer

_MIB = 1 << 20


def add_rows(maker: Maker) -> None:
    """Add all kinds of bad configs."""
    section = maker.section("bad config")
    _add_texts(section)
    _add_encodings(section)
    _add_numbers(section)
    _add_units(section)
    _add_layers(section)
    _add_shapes(section)
    _add_rest(section)
    _add_unfit(section)
    _add_deep(maker.section("deep nesting"))
    if maker.is_big:
        _add_large(section)


def _add_texts(section: Section) -> None:
    texts = {
        "empty": "",
        "null": "null",
        "number": "42",
        "list": "[]",
        "text": '"Functional"',
        "object": "{}",
        "cut": CONFIG[:500],
        "single_quotes": CONFIG.replace('"', "'"),
        "comment": "// a model\n" + CONFIG,
        "two": CONFIG + CONFIG,
    }
    for name, text in texts.items():
        section.archive(f"json_{name}", text, weights=WEIGHTS)


def _add_encodings(section: Section) -> None:
    bad = CONFIG.encode().replace(b'"base"', b'"b\xff\xfe\xc3"')
    section.archive("json_no_utf8", bad, weights=WEIGHTS)
    section.archive("json_utf16", CONFIG.encode("utf-16"), "either", weights=WEIGHTS)
    section.archive("json_mark", b"\xef\xbb\xbf" + CONFIG.encode(), "either", weights=WEIGHTS)


def _add_numbers(section: Section) -> None:
    for name, text in {"nan": "NaN", "infinity": "Infinity", "too_large": "1e999"}.items():
        section.archive(f"json_{name}", _units(text), weights=WEIGHTS)
    digits = "9" * 200_000
    section.archive("json_digits", _units(digits), note="200,000 digits", weights=WEIGHTS)
    section.archive("json_two_units", _units('3, "units": 5'), "either", weights=WEIGHTS)


def _units(text: str) -> str:
    return base_with('"units": 3', f'"units": {text}')


def _add_units(section: Section) -> None:
    given: dict[str, tuple[Any, Must]] = {
        "text": ("abc", "error"),
        "negative": (-5, "error"),
        "zero": (0, "error"),
        "fraction": (2.5, "error"),
        "huge": (2**62, "either"),
        "list": ([1, 2], "error"),
        "null": (None, "error"),
        "truth": (True, "either"),
        "object": ({"a": 1}, "error"),
    }
    for name, (value, must) in given.items():
        text = _units(json.dumps(value))
        section.archive(f"units_{name}", text, must, f"units={value!r}", weights=WEIGHTS)


def _add_layers(section: Section) -> None:
    values: dict[str, Any] = {"null": None, "object": {}, "text": "xyz", "numbers": [1, 2, 3]}
    for name, value in values.items():
        section.archive(f"layers_{name}", _base_with_layers(value), weights=WEIGHTS)
    section.archive("layers_none", _base_with_layers([]), "either", weights=WEIGHTS)
    section.archive("class_missing", {"config": {}}, weights=WEIGHTS)
    section.archive("class_number", base_with('"Dense"', "7"), weights=WEIGHTS)
    section.archive("class_null", base_with('"Dense"', "null"), "either", weights=WEIGHTS)
    unknown = base_with('"Dense"', '"NoSuchLayer"')
    section.archive("class_unknown", unknown, "either", weights=WEIGHTS)
    nowhere = base_with('"module": "keras.layers", "class_name": "Dense"', '"class_name": "Dense"')
    section.archive("module_missing", nowhere, "either", weights=WEIGHTS)


def _base_with_layers(value: Any) -> Any:
    return {**BASE, "config": {**BASE["config"], "layers": value}}


def _add_shapes(section: Section) -> None:
    shapes: dict[str, tuple[list[Any], Must]] = {
        "negative": ([None, -4], "error"),
        "text": ([None, "four"], "error"),
        "nested": ([None, [4]], "error"),
        "fraction": ([None, 4.5], "error"),
        "none": ([], "error"),
        "huge": ([None, 10**18], "either"),
        "deep": ([None, *[1] * 64], "either"),
        "zero": ([None, 0], "either"),
    }
    for name, (shape, must) in shapes.items():
        given = layer("InputLayer", "inp", batch_shape=shape, dtype="float32")
        document = functional([given, dense("d1", "inp")], inputs="inp", outputs="d1")
        section.archive(f"shape_{name}", document, must, f"{shape!r}"[:60])


def _add_rest(section: Section) -> None:
    compiled = {"optimizer": {"class_name": "Nope", "config": 7}, "loss": [1, {"a": None}]}
    garbage = {**BASE, "compile_config": compiled}
    section.archive("compile_garbage", garbage, "either", weights=WEIGHTS)
    garbage = {**BASE, "build_config": {"input_shape": "zzz"}}
    section.archive("build_garbage", garbage, "either", weights=WEIGHTS)
    odd = model(dense("d1", "inp", dtype="float<99>"))
    section.archive("dtype_garbage", odd, "either")
    nan = model(layer("Dropout", "d1", "inp", rate=float("nan")))
    section.archive("rate_nan", nan, "either", "a rate of NaN")
    wide = functional(
        [input_layer("inp", 10**7), dense("d1", "inp", 10**8)], inputs="inp", outputs="d1"
    )
    section.archive("dense_petabytes", wide, "open", "4 PB of weights are declared")
    wrong = {
        "kernel": "3x3",
        "strides": [0, 0],
        "filters": -1,
        "padding": "reflect",
        "data_format": ["channels_last"],
        "groups": 0,
    }
    for name, value in wrong.items():
        settings: dict[str, Any] = {"filters": 4, "kernel_size": 3, "strides": 1}
        key = {"kernel": "kernel_size"}.get(name, name)
        convolution = layer("Conv2D", "d1", "inp", **{**settings, key: value})
        document = functional(
            [input_layer("inp", 8, 8, 3), convolution], inputs="inp", outputs="d1"
        )
        section.archive(f"conv_{name}", document, "error", f"{key}={value!r}")


def _add_unfit(section: Section) -> None:
    """Add layers that lack what they are made of, and those that do not fit their inputs."""
    for name, inside in {"none": None, "text": "Dense", "empty": {}}.items():
        wrapper = layer("TimeDistributed", "d1", "inp", layer=inside)
        document = functional([input_layer("inp", 8, 3), wrapper], inputs="inp", outputs="d1")
        section.archive(f"inside_{name}", document, "error", f"layer={inside!r}")
    odd = {
        "activation": dense("d1", "inp", activation="relu6x"),
        "nothing": layer("Dense", "d1", units=4),
    }
    odd["nothing"]["inbound_nodes"] = [{"args": ["inp"], "kwargs": {}}]
    odd["groups"] = layer("Conv1D", "d1", "inp", filters=4, kernel_size=1, groups=3)
    odd["axis"] = layer("BatchNormalization", "d1", "inp", axis=9)
    odd["reshape"] = layer("Reshape", "d1", "inp", target_shape=[-1, -1])
    for name, made in odd.items():
        document = functional([input_layer("inp", 8, 3), made], inputs="inp", outputs="d1")
        section.archive(f"unfit_{name}", document, "open", "Keras refuses it")


def _add_deep(section: Section) -> None:
    begin = '{"module":"keras","class_name":"Sequential","config":'
    lists = begin + "[" * 100_000 + "]" * 100_000 + "}"
    section.archive("deep_lists", lists, note="100,000 lists in lists", weights=WEIGHTS)
    objects = '{"a":' * 100_000 + "1" + "}" * 100_000
    section.archive("deep_objects", objects, note="100,000 objects in objects", weights=WEIGHTS)
    begin += '{"name":"s","layers":['
    for depth in (300, 5_000):
        text = begin * depth + "]}}" * depth
        noted = f"{depth:,} models in models"
        section.archive(f"deep_models_{depth}", text, "either", noted, weights=WEIGHTS)


def _add_large(section: Section) -> None:
    packed = zipfile.ZIP_DEFLATED
    name = base_with('"base"', f'"{"n" * (100 * _MIB)}"')
    section.archive("long_name", name, "either", "100 MiB", weights=WEIGHTS, compression=packed)
    zeros = CONFIG[:-1] + ', "junk": [' + ",".join(["0"] * (50 * _MIB)) + "]}"
    section.archive("long_list", zeros, "either", "100 MiB", weights=WEIGHTS, compression=packed)
