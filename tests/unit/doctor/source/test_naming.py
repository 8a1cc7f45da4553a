"""How files refer to names of Keras and NumPy, by whatever import they have."""

from __future__ import annotations

import ast

import pytest

from graphscope.doctor.source import Editor, SourceFile, refer_to


@pytest.mark.parametrize(
    ("imports", "text"),
    [
        ("import keras", "keras.layers.Flatten"),
        ("import keras as k", "k.layers.Flatten"),
        ("from keras import layers", "layers.Flatten"),
        ("from keras import layers as L", "L.Flatten"),
        ("import keras\nfrom keras import layers", "layers.Flatten"),
        ("from keras.layers import Dense, Flatten", "Flatten"),
        ("from keras.layers import Flatten as Flat", "Flat"),
        ("import keras.layers as kl", "kl.Flatten"),
        ("import keras.layers", "keras.layers.Flatten"),
        ("import tensorflow as tf", "tf.keras.layers.Flatten"),
        ("import tensorflow", "tensorflow.keras.layers.Flatten"),
        ("from tensorflow import keras", "keras.layers.Flatten"),
        ("import tensorflow.keras as keras", "keras.layers.Flatten"),
        ("import tensorflow.keras.layers as layers", "layers.Flatten"),
        ("from tensorflow.keras import layers", "layers.Flatten"),
        ("from tensorflow.keras.layers import Flatten", "Flatten"),
        ("from tensorflow.keras.layers import *", "Flatten"),
        ("from keras.layers import *", "Flatten"),
        ("import tensorflow as tf\nfrom tensorflow.keras import layers", "layers.Flatten"),
        ("try:\n    import keras\nexcept ImportError:\n    raise", "keras.layers.Flatten"),
    ],
)
def test_the_imports_of_the_file_are_used(imports: str, text: str) -> None:
    file = SourceFile("/p/net.py", f"{imports}\nx = 1\n")
    reference = refer_to(file, "keras.layers.Flatten")
    assert reference.text == text
    assert reference.imported(Editor(file)).edits() == ()


@pytest.mark.parametrize(
    "imports",
    [
        "import numpy as np",
        "from keras.layers import Dense",
        "from .keras import layers",
        "def f():\n    from keras import layers",
    ],
)
def test_a_name_that_nothing_reaches_is_imported(imports: str) -> None:
    file = SourceFile("/p/net.py", f"{imports}\nx = 1\n")
    reference = refer_to(file, "keras.layers.Flatten")
    assert reference.text == "Flatten"
    text = reference.imported(Editor(file)).text()
    names = [
        alias.name
        for node in ast.parse(text).body
        if isinstance(node, ast.ImportFrom) and node.module == "keras.layers"
        for alias in node.names
    ]
    assert "Flatten" in names


def test_a_file_of_tensorflow_names_imports_from_there() -> None:
    file = SourceFile("/p/net.py", "from tensorflow.keras.layers import Dense\nx = 1\n")
    reference = refer_to(file, "keras.layers.Flatten")
    assert reference.imported(Editor(file)).text() == (
        "from tensorflow.keras.layers import Dense, Flatten\nx = 1\n"
    )


def test_a_variable_of_the_same_name_is_not_mistaken_for_the_module() -> None:
    file = SourceFile("/p/net.py", "import keras\nfrom keras import layers\nlayers = [8, 16]\n")
    assert refer_to(file, "keras.layers.Flatten").text == "keras.layers.Flatten"


def test_numpy_and_functions_of_other_modules() -> None:
    file = SourceFile("/p/net.py", "import numpy as np\n")
    assert refer_to(file, "numpy.transpose").text == "np.transpose"
    file = SourceFile("/p/net.py", "from numpy import transpose\n")
    assert refer_to(file, "numpy.transpose").text == "transpose"
