"""Files that hold code, or name code that reading them as Keras does would run."""

from __future__ import annotations

import base64
import json
import marshal
from collections.abc import Iterator
from typing import Any

from tests.hostile.collection.maker import Maker, Section
from tests.hostile.collection.models import BASE, dense, legacy_file, model
from tests.hostile.rows import Must
from tests.support.archives import Document, call, functional, input_layer, layer


def add_rows(maker: Maker) -> None:
    """Add everything that could run, as `.keras`, `.h5` and config files."""
    section = maker.section("code or file gadget")
    for id_, document, must, note in _documents(maker):
        section.archive(id_, document, must, note, marker=maker.marker(id_))
    _add_files(maker)
    _add_hijack(section)


def code(maker: Maker, id_: str) -> Document:
    """Return a function as Keras 3 stores it, which makes the marker of a row when called."""
    return _code_config(_text_of(maker, id_))


def _text_of(maker: Maker, id_: str) -> str:
    source = f"lambda x: (__import__('pathlib').Path({maker.marker(id_)!r}).touch(), x)[1]"
    return base64.b64encode(marshal.dumps(eval(source).__code__)).decode()


def _code_config(text: str) -> Document:
    config = {"code": text, "defaults": None, "closure": None}
    return {"class_name": "__lambda__", "config": config}


def _function(module: str | None, name: str, **more: Any) -> Document:
    return {
        "module": module,
        "class_name": "function",
        "config": name,
        "registered_name": name,
    } | more


def _lambda(function: Any, name: str = "d1", source: Any = "inp", **config: Any) -> Document:
    calls = [] if source is None else [source]
    return layer("Lambda", name, *calls, function=function, **config)


def _documents(maker: Maker) -> Iterator[tuple[str, Document, Must, str]]:
    yield from _lambdas(maker)
    yield from _functions(maker)
    yield from _paths(maker)
    yield from _damaged()
    yield (
        "code_custom_layer",
        model(layer("MyAttention", "d1", "inp", module=None, dim=8)),
        "open",
        "a layer of a stranger's package, as many have",
    )


def _lambdas(maker: Maker) -> Iterator[tuple[str, Document, Must, str]]:
    def made(id_: str) -> Document:
        return code(maker, id_)

    absolute = _function("builtins", "abs")
    inner = functional(
        [input_layer("i2", 4), _lambda(made("code_nested"), "l2", "i2")],
        inputs="i2",
        outputs="l2",
        name="d1",
        calls=["inp"],
    )
    wrapped = layer("Lambda", "l", function=made("code_wrapped"))
    compiled = {"optimizer": "adam", "loss": made("code_loss")}
    in_call = layer("Dense", "d1", call("inp", mask=made("code_argument")), units=4)
    yield "code_lambda", model(_lambda(made("code_lambda"))), "open", "a Lambda"
    shaped = _lambda(absolute, output_shape=made("code_output_shape"))
    yield "code_output_shape", model(shaped), "open", "as output_shape"
    masked = _lambda(absolute, mask=made("code_mask"))
    yield "code_mask", model(masked), "open", "as mask"
    yield "code_nested", model(inner), "open", "in a nested model"
    timed = layer("TimeDistributed", "d1", "inp", layer=wrapped)
    yield "code_wrapped", model(timed), "open", "in TimeDistributed"
    for key in ("activation", "kernel_initializer", "kernel_regularizer"):
        id_ = f"code_{key}"
        yield id_, model(dense("d1", "inp", **{key: made(id_)})), "open", f"as {key}"
    yield "code_loss", {**model(dense("d1", "inp")), "compile_config": compiled}, "open", "loss"
    yield "code_argument", model(in_call), "either", "in the arguments of a call"


def _functions(maker: Maker) -> Iterator[tuple[str, Document, Must, str]]:
    def at(id_: str) -> str:
        return maker.marker(id_)

    mkdir = _function("os", "mkdir")
    yield (
        "gadget_mkdir",
        model(_lambda(mkdir, source={"args": [at("gadget_mkdir")], "kwargs": {}}, arguments={})),
        "open",
        "os.mkdir of the marker",
    )
    opened = {"args": [at("gadget_open")], "kwargs": {}}
    function = _function("builtins", "open")
    yield (
        "gadget_open",
        model(_lambda(function, source=opened, arguments={"mode": "w"})),
        "either",
        "builtins.open of the marker",
    )
    partial = {"module": "functools", "class_name": "partial", "config": {"func": mkdir}}
    called = {"args": [at("gadget_partial")], "kwargs": {}}
    yield "gadget_partial", model(_lambda(partial, source=called)), "either", "a partial of mkdir"
    path = layer("Path", "d1", "inp", module="pathlib", args=at("gadget_class"))
    yield "gadget_class", model(path), "either", "a class of another module as a layer"
    dotted = layer("os.mkdir", "d1", "inp", module="", path=at("gadget_dotted"))
    yield "gadget_dotted", model(dotted), "either", "a class with a dot in its name"
    switch = _function("keras.config", "enable_unsafe_deserialization")
    unsafe = _lambda(switch, "u", {"args": [], "kwargs": {}})
    both = model(unsafe, _lambda(code(maker, "gadget_unsafe")))
    yield "gadget_unsafe", both, "either", "switches Keras's checks off, then a Lambda"
    spec = {
        "class_name": "__typespec__",
        "spec_name": "os.mkdir",
        "module": "os",
        "config": [at("gadget_typespec")],
    }
    yield "gadget_typespec", model(dense("d1", "inp", spec)), "either", "a type of another module"


def _paths(maker: Maker) -> Iterator[tuple[str, Document, Must, str]]:
    secret = maker.secret / "canary.txt"
    address = f"file://{secret}"
    fetched = {"args": [], "kwargs": {"inputs": address, "origin": address}}
    arguments = {"fname": "gadget_get_file.marker", "cache_dir": str(maker.secret)}
    get_file = _lambda(_function("keras.utils", "get_file"), source=fetched, arguments=arguments)
    yield "gadget_get_file", model(get_file), "either", "keras.utils.get_file of a file: address"
    other = str(maker.files / "code_lambda.keras")
    loading = _function("keras.models", "load_model")
    loaded = {"args": [], "kwargs": {"inputs": other}}
    document = model(_lambda(loading, source=loaded, arguments={"safe_mode": False}))
    yield "gadget_load_model", document, "either", "keras.models.load_model of another file"
    for name, place in {"file": str(secret), "url": "http://127.0.0.1:9/x.txt"}.items():
        lookup = layer("StringLookup", "d1", "inp", vocabulary=place)
        yield f"gadget_lookup_{name}", model(lookup), "either", "a vocabulary elsewhere"
    saved = str(maker.files / "sm_code")
    tfsm = layer("TFSMLayer", "d1", "inp", filepath=saved, call_endpoint="serving_default")
    yield "gadget_tfsm", model(tfsm), "either", "a SavedModel by its path"


def _damaged() -> Iterator[tuple[str, Document, Must, str]]:
    whole = base64.b64decode(_plain_code())
    texts = {
        "noise": base64.b64encode(b"\xe3" + bytes(range(7, 207))).decode(),
        "cut": base64.b64encode(whole[: len(whole) // 2]).decode(),
        "long_count": base64.b64encode(b"\xe3" + b"\xff\xff\xff\x7f" * 20).decode(),
        "deep": base64.b64encode(b")\1" * 100_000 + b"N").decode(),
        "self": base64.b64encode(b"\xa9\1r\0\0\0\0").decode(),
        "no_base64": "!!! not base64 !!!",
        "empty": "",
        "number": 7,
    }
    for name, text in texts.items():
        document = model(_lambda(_code_config(text)))  # type: ignore[arg-type]
        yield f"code_{name}", document, "either", "marshalled code that is none"


def _plain_code() -> str:
    return base64.b64encode(marshal.dumps((lambda x: x * 2 + 1).__code__)).decode()


def _add_files(maker: Maker) -> None:
    legacy = maker.section("code or file gadget", "h5")
    config = maker.section("code or file gadget", "json")
    document = _with_layer(layer("Lambda", "lam", function=code(maker, "h5_code")))
    legacy.write("h5_code", legacy_file(document), "open", "", marker=maker.marker("h5_code"))
    text = _text_of(maker, "h5_code_of_keras_2")
    old = {
        "class_name": "Lambda",
        "config": {
            "name": "lam",
            "trainable": True,
            "function": [text, None, None],
            "function_type": "lambda",
            "module": "__main__",
            "output_shape": None,
            "output_shape_type": "raw",
            "arguments": {},
        },
    }
    data = legacy_file(_with_layer(old))
    marker = maker.marker("h5_code_of_keras_2")
    legacy.write("h5_code_of_keras_2", data, "open", "as Keras 2 wrote it", marker=marker)
    for id_, made, must, note in _lambdas(maker):
        named = id_.replace("code_", "json_code_")
        config.write(named, json.dumps(made), must, note, marker=maker.marker(id_))


def _with_layer(added: Document) -> Document:
    layers = [*BASE["config"]["layers"], added]
    return {**BASE, "config": {**BASE["config"], "layers": layers}}


def _add_hijack(section: Section) -> None:
    marker = section.maker.marker("gadget_module_beside")
    text = f"import pathlib\npathlib.Path({marker!r}).touch()\nclass EvilLayer: pass\n"
    for name in ("gs_evil_module", "json", "h5py", "orjson"):
        (section.maker.files / f"{name}.py").write_text(text)
    evil = layer("EvilLayer", "d1", "inp", module="gs_evil_module")
    note = "its module lies beside it, and others that are called like ours"
    section.archive("gadget_module_beside", model(evil), "either", note, marker=marker)
