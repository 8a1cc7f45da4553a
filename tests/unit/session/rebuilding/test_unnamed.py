"""Classes of a library in files that name no modules; the library is a folder of text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphscope.graph import Graph, Layer
from graphscope.session.rebuilding import libraries
from graphscope.session.rebuilding.libraries import LIBRARIES, Library
from graphscope.session.rebuilding.unnamed import find_unnamed, name_modules, names_library
from tests.support.graphs import graph

BACKBONE = "keras_hub.src.models.bert.bert_backbone"
OFFERED = f"""
from {BACKBONE} import BertBackbone as BertBackbone
from keras_hub.src.models.bert.bert_text_classifier import (
    BertTextClassifier as BertClassifier,
)
"""


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").write_text(OFFERED)
    offered = libraries._read_classes((str(tmp_path),))
    monkeypatch.setattr(Library, "find_classes", lambda _library: offered)


def file_graph(class_name: str, module: str = "", format_: str = "keras hdf5 model") -> Graph:
    layer = Layer("layer:net", "net", class_name, module=module)
    return replace(graph("x -> y"), layers=(layer,), metadata={"format": format_})


def test_a_layer_of_the_name_of_a_class_may_be_of_the_library() -> None:
    assert list(find_unnamed(file_graph("BertBackbone"))) == [LIBRARIES[0]]
    assert list(find_unnamed(file_graph("BertTextClassifier"))) == [LIBRARIES[0]]
    assert find_unnamed(file_graph("Net")) == {}
    assert find_unnamed(file_graph("BertBackbone", module="mine")) == {}
    assert find_unnamed(file_graph("BertBackbone", format_="keras archive")) == {}


def test_the_outermost_class_gets_its_module() -> None:
    document = {"class_name": "BertBackbone", "module": None, "registered_name": "BertBackbone"}
    named = name_modules({**document, "config": {}})
    assert (named["module"], named["registered_name"]) == (BACKBONE, None)
    assert names_library(named)


@pytest.mark.parametrize(
    "document",
    [
        {"class_name": "Net", "module": None, "registered_name": "Net"},
        {"class_name": "BertBackbone", "module": None, "registered_name": "mine>BertBackbone"},
        {"class_name": "BertBackbone", "module": "mine", "registered_name": None},
        {"class_name": ["BertBackbone"], "module": None},
    ],
)
def test_classes_of_others_stay_what_they_are(document: dict[str, Any]) -> None:
    assert name_modules(document) == document
    assert not names_library(document)


def test_a_class_inside_bears_the_package_that_it_is_registered_in() -> None:
    inner = {"class_name": "Encoder", "module": None, "registered_name": "keras_hub>Encoder"}
    outer = {"class_name": "Functional", "module": "keras.layers", "config": {"layers": [inner]}}
    named = name_modules(outer)
    assert named["module"] == "keras.src.models.functional"
    assert named["config"]["layers"] == [inner]
    assert names_library(named)
