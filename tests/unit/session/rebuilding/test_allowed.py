"""What of a config may be made into objects; nothing is imported for it."""

from __future__ import annotations

from typing import Any

import pytest

from graphscope.session.rebuilding.allowed import prepare
from graphscope.session.rebuilding.failures import NotAllowedError

HUB = "keras_hub.src.models.bert.bert_backbone"


def entry(class_name: str, module: str | None, /, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "module": module, "config": config, "registered_name": None}


def backbone(**config: Any) -> dict[str, Any]:
    return {
        **entry("BertBackbone", HUB, num_layers=2, **config),
        "registered_name": "keras_hub>BertBackbone",
        "build_config": {"input_shape": [None, 8]},
    }


def test_a_backbone_stays_as_it_is() -> None:
    document = backbone(dtype=entry("DTypePolicy", "keras", name="float32"), dropout=0.1)
    assert prepare(document) == document


def test_a_class_keeps_the_name_that_its_library_had_before() -> None:
    document = entry("BertBackbone", "keras_nlp.src.models.bert.bert_backbone", num_layers=2)
    document["registered_name"] = "keras_nlp>BertBackbone"
    assert prepare(document) == document


def test_what_it_was_compiled_with_is_left_out_everywhere() -> None:
    hostile = {"loss": {"class_name": "function", "module": "os", "config": "system"}}
    inner = entry("Dense", "keras.layers", units=2) | {"compile_config": hostile}
    prepared = prepare(backbone(head=inner) | {"compile_config": hostile})
    assert "compile_config" not in prepared
    assert "compile_config" not in prepared["config"]["head"]


def test_a_task_is_made_without_what_prepares_its_data() -> None:
    tokenizer = entry("BertTokenizer", "keras_hub.src.models.bert.bert_tokenizer", vocabulary="/a")
    preprocessor = entry(
        "BertTextClassifierPreprocessor",
        "keras_hub.src.models.bert.bert_text_classifier_preprocessor",
        tokenizer=tokenizer,
    )
    assert prepare(backbone(preprocessor=preprocessor))["config"]["preprocessor"] is None


def test_a_model_that_only_prepares_data_is_not_made() -> None:
    with pytest.raises(NotAllowedError, match="prepares data"):
        prepare(entry("BertTokenizer", "keras_hub.models"))


def test_values_that_keras_writes_as_objects_stay() -> None:
    tensor = {"class_name": "__tensor__", "config": {"value": [1.0], "dtype": "float32"}}
    assert prepare(backbone(scale=tensor))["config"]["scale"] == tensor


def test_an_activation_by_its_name_stays() -> None:
    function = {"class_name": "function", "module": "builtins", "config": "gelu"}
    function["registered_name"] = "function"
    assert prepare(backbone(activation=function))["config"]["activation"] == function


REFUSED = {
    "a Lambda layer": (entry("Lambda", "keras.layers", function="x"), "Lambda layer, which is"),
    "a Lambda by its module": (entry("Lambda", "keras.src.layers.core.lambda_layer"), "Lambda"),
    "bytecode": ({"class_name": "__lambda__", "config": {"value": "4w=="}}, "__lambda__"),
    "a type": ({"class_name": "__typespec__", "module": "os", "config": []}, "__typespec__"),
    "a SavedModel": (entry("TFSMLayer", "keras.layers", filepath="m"), "TFSMLayer"),
    "a vocabulary": (entry("StringLookup", "keras.layers", vocabulary="v"), "StringLookup"),
    "a foreign module": (entry("Popen", "subprocess", args="id"), "subprocess.Popen"),
    "a helper of Keras": (entry("get_file", "keras.utils"), "keras.utils.get_file"),
    "keras's own utilities": (entry("x", "keras.src.utils.file_utils"), "file_utils"),
    "a helper of the library": (entry("x", "keras_hub.src.utils.preset_utils"), "preset_utils"),
    "a package with a similar name": (entry("x", "keras_hub_evil.models"), "keras_hub_evil"),
    "a submodule with dots": (entry("x", "keras.layers.."), "keras.layers.."),
    "no module": (entry("BertBackbone", None), "does not say"),
    "a class that is no name": (entry("a.b", "keras.layers"), "a.b"),
    "a class that is no text": ({"class_name": 3, "config": {}}, "as a class"),
    "a module that is no text": ({"class_name": "Dense", "module": ["os"]}, "Dense"),
    "a registered stranger": (
        entry("Dense", "keras.layers") | {"registered_name": "evil>Dense"},
        "evil>Dense",
    ),
    "a function of the system": (
        {"class_name": "function", "module": "os", "config": "system"},
        "os.system",
    ),
    "a function by its registered name": (
        {
            "class_name": "function",
            "module": "builtins",
            "config": "gelu",
            "registered_name": "keras_hub>upload_preset",
        },
        "upload_preset",
    ),
    "a function with a package": (
        {"class_name": "function", "module": "builtins", "config": "keras_hub>upload_preset"},
        "upload_preset",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_wherever_it_stands(name: str) -> None:
    value, told = REFUSED[name]
    for document in (backbone(inner=[{"deep": value}]), backbone() | {"build_config": value}):
        with pytest.raises(NotAllowedError) as caught:
            prepare(document)
        assert told in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("vocabulary", "vocab.txt"),
        ("vocabulary", ["vocab.txt"]),
        ("proto", "AAAA"),
        ("name", "/etc/passwd"),
        ("name", "..\\secret"),
        ("name", "~root"),
        ("name", ".."),
        ("activation", "https://example.com/x"),
        ("activation", "file:secret://"),
        ("activation", "keras_hub>BertTokenizer"),
        ("activation", "x" * 100_000),
    ],
)
def test_texts_that_may_name_a_file_or_a_class_are_refused(setting: str, value: Any) -> None:
    with pytest.raises(NotAllowedError, match=repr(setting)) as caught:
        prepare(backbone(**{"activation": "gelu", setting: value}))
    assert len(str(caught.value)) < 250


def test_equations_and_names_are_no_files() -> None:
    document = backbone(equation="abc,cd->abd", names=["<start>", "block 1", "a-b.c"])
    assert prepare(document) == document
