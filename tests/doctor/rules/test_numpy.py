"""Errors of plain Python, NumPy and scikit-learn in the preparation of data."""

from __future__ import annotations

import pytest

from tests.doctor.rules.conftest import cures, run_case

pytestmark = pytest.mark.tensorflow

CONCATAXIS = """
import numpy as np
def load():
    return np.zeros((40, 5)), np.zeros((40, 3))
a, b = load()
x = np.concatenate([a, b])
"""

CONCATRANK = """
import numpy as np
x = np.zeros((40, 8, 8, 1)); extra = np.zeros((12, 8, 8))
x = np.concatenate((x, extra), axis=0)
"""

HSTACK = """
import numpy as np
x = np.zeros((40, 8)); age = np.zeros(40)
x = np.hstack([x, age])
"""

STACK = """
import numpy as np
rows = [np.zeros(5), np.zeros(5), np.zeros(7)]
x = np.stack(rows)
"""

BROADCASTMEAN = """
import numpy as np
x = np.random.rand(60, 20)
m = x.mean(axis=1)
z = (x - m) / 2
"""

BROADCAST1 = """
import numpy as np
x = np.random.rand(60, 20)
w = np.random.rand(60)
z = x * w
"""

MATMUL = """
import numpy as np
x = np.random.rand(60, 20)
w = np.random.rand(5, 20)
z = x @ w
"""

DOT = """
import numpy as np
x = np.random.rand(60, 20)
w = np.random.rand(60, 5)
z = np.dot(x, w)
"""

STORE = """
import numpy as np
DIM = 4
n = 10
feats = np.zeros((n, DIM))
for i in range(n):
    feats[i] = np.array([1.0, 2.0, i])
"""

LENS = """
import numpy as np
p = np.random.rand(30); y = np.random.rand(28)
acc = np.mean((p > .5) == (y > .5))
"""

OOB2 = """
import numpy as np
x = np.zeros((20, 8))
n = 8
for j in range(1, n + 1):
    x[:, j] = j
"""

TOOMANY = """
import numpy as np
x = np.zeros((20, 64))
first = x[:, :, 0]
"""

MASK = """
import numpy as np
x = np.zeros((20, 64)); y = np.zeros(18)
sel = x[y == 0]
"""

LISTTUPLE = """
import numpy as np
rows = [[1, 2], [3, 4], [5, 6]]
col = rows[:, 0]
"""

FLOATIDX = """
import numpy as np
x = np.arange(100)
split = len(x) * 0.8
train = x[:split]
"""

AXIS = """
import numpy as np
x = np.zeros((20, 64))
m = x.mean(axis=2)
"""

TRANSPOSE = """
import numpy as np
x = np.zeros((20, 28, 28))
m = np.transpose(x, (0, 3, 1, 2))
"""

RAGGED = """
import numpy as np
seqs = [[1, 2, 3], [4, 5], [6]]
x = np.array(seqs)
"""

RAGGEDFIT = """
import numpy as np, keras
seqs = np.array([[1, 2, 3], [4, 5], [6]], dtype=object)
y = np.zeros(3)
m = keras.Sequential([keras.layers.Embedding(10, 4), keras.layers.LSTM(3), keras.layers.Dense(1)])
m.compile("adam", "mse")
m.fit(seqs, y, verbose=0)
"""

STRFLOAT = """
import numpy as np
rows = [["5.1", "3.5", "setosa"], ["4.9", "3.0", "setosa"]]
x = np.array(rows).astype("float32")
"""

TOCAT = """
import numpy as np, keras
y = np.array([1, 2, 3, 4, 5])
y = keras.utils.to_categorical(y, 5)
"""

TOCAT2 = """
import numpy as np, keras
classes = 3
y = np.array([0, 2, 3, 1])
y = keras.utils.to_categorical(y, num_classes=classes)
"""

TOCATSTR = """
import numpy as np, keras
y = np.array(["a", "b"])
y = keras.utils.to_categorical(y, 2)
"""

NONEINPLACE = """
import numpy as np
rows = [3, 1, 2]
rows = rows.sort()
x = np.array([rows[0]])
"""

NONECOMPILE = """
import numpy as np, keras
m = keras.Sequential([keras.layers.Dense(1)])
m = m.compile("adam", "mse")
m.fit(np.zeros((3, 3)), np.zeros((3, 1)))
"""

NAME = """
import numpy as np
train_images = np.zeros((3, 4))
print(train_image.shape)
"""

NOTIMPORTED = """
import keras
m = keras.Sequential([Dense(3)])
"""

KEY = """
import numpy as np
data = {"images": np.zeros(3), "labels": np.zeros(3)}
x, y = data["images"], data["label"]
"""

LISTSHAPE = """
import numpy as np
x = [[1, 2], [3, 4]]
print(x.shape)
"""

UNPACK = """
import numpy as np
x = np.zeros((10, 28, 28))
n, h, w, c = x.shape
"""

UNPACK2 = """
import numpy as np
def load():
    return np.zeros(3), np.zeros(3), np.zeros(2)
x, y = load()
"""

UNPACK3 = """
import numpy as np
def load():
    return (np.zeros(3), np.zeros(3)), (np.zeros(2), np.zeros(2))
x, y, xt, yt = load()
"""

SK2 = """
import numpy as np
from sklearn.preprocessing import StandardScaler
p = np.zeros(50)
p = StandardScaler().fit_transform(p)
"""

SK3 = """
import numpy as np
from sklearn.preprocessing import StandardScaler
p = np.zeros((50, 10, 4))
sc = StandardScaler()
p = sc.fit_transform(p)
"""

SK4 = """
import numpy as np
from sklearn.preprocessing import StandardScaler
a = np.zeros((50, 10)); b = np.zeros((20, 9))
sc = StandardScaler().fit(a)
b = sc.transform(b)
"""

CASES = [
    pytest.param(CONCATAXIS, "array-joining", 6, ("axis 1 is 5 and 3",), True, id="concataxis"),
    pytest.param(CONCATRANK, "array-joining", 4, ("extra has rank 3",), True, id="concatrank"),
    pytest.param(HSTACK, "array-joining", 4, ("age (40,)",), True, id="hstack"),
    pytest.param(STACK, "array-joining", 4, ("rows[2] (7,)",), False, id="stack"),
    pytest.param(
        BROADCASTMEAN, "array-broadcast", 4, ("x (60, 20) and m (60,)",), True, id="broadcastmean"
    ),
    pytest.param(BROADCAST1, "array-broadcast", 5, ("w (60,)",), True, id="broadcast1"),
    pytest.param(MATMUL, "array-broadcast", 5, ("w (5, 20)",), True, id="matmul"),
    pytest.param(DOT, "array-broadcast", 5, ("must equal the second to last",), True, id="dot"),
    pytest.param(STORE, "array-broadcast", 3, ("feats[i] (4,)",), True, id="store"),
    pytest.param(LENS, "array-broadcast", 4, ("30 and 28 do not",), True, id="lens"),
    pytest.param(OOB2, "array-index", 5, ("its indices go from 0 to 7",), True, id="oob2"),
    pytest.param(
        TOOMANY, "array-index", 4, ("rank 2, and 3 axes were indexed",), True, id="toomany"
    ),
    pytest.param(MASK, "array-index", 4, ("18 entries",), True, id="mask"),
    pytest.param(LISTTUPLE, "array-index", 3, ("plain list of 3 elements",), True, id="listtuple"),
    pytest.param(FLOATIDX, "array-index", 4, ("80.0, a float",), True, id="floatidx"),
    pytest.param(AXIS, "array-axis", 4, ("axis 2 is out of bounds",), True, id="axis"),
    pytest.param(TRANSPOSE, "array-axis", 4, ("the transpose names 4 axes",), True, id="transpose"),
    pytest.param(RAGGED, "uneven-rows", 4, ("different lengths, from 1 to 3",), True, id="ragged"),
    pytest.param(RAGGEDFIT, "uneven-rows", 7, ("row 1 has 2",), True, id="raggedfit"),
    pytest.param(STRFLOAT, "uneven-rows", 4, ("'setosa' in row 0, column 2",), True, id="strfloat"),
    pytest.param(TOCAT, "categorical-labels", 4, ("They start at 1",), True, id="tocat"),
    pytest.param(TOCAT2, "categorical-labels", 3, ("go from 0 to 3",), True, id="tocat2"),
    pytest.param(TOCATSTR, "categorical-labels", 4, ("holds text",), True, id="tocatstr"),
    pytest.param(
        NONEINPLACE, "none-from-method", 4, ("sorts the list in place",), True, id="noneinplace"
    ),
    pytest.param(NONECOMPILE, "none-from-method", 4, ("returns None",), True, id="nonecompile"),
    pytest.param(NAME, "unknown-name", 4, ("train_images",), True, id="name"),
    pytest.param(NOTIMPORTED, "unknown-name", 3, ("keras.layers.Dense",), True, id="notimported"),
    pytest.param(KEY, "unknown-name", 4, ("'images', 'labels'",), True, id="key"),
    pytest.param(
        LISTSHAPE, "unknown-name", 3, ("only NumPy arrays have .shape",), True, id="listshape"
    ),
    pytest.param(UNPACK, "unpacking", 4, ("x has rank 3",), True, id="unpack"),
    pytest.param(UNPACK2, "unpacking", 5, ("needs 2 values and gets 3",), True, id="unpack2"),
    pytest.param(UNPACK3, "unpacking", 5, ("needs 4 values and gets 2",), True, id="unpack3"),
    pytest.param(SK2, "estimator-shapes", 5, ("got 1D",), True, id="sk2"),
    pytest.param(SK3, "estimator-shapes", 6, ("3 dimensions",), True, id="sk3"),
    pytest.param(
        SK4,
        "estimator-shapes",
        6,
        ("has 9 features, StandardScaler was fitted with 10",),
        False,
        id="sk4",
    ),
]


@pytest.mark.parametrize(("source", "rule", "line", "parts", "is_cured"), CASES)
def test_explains_and_cures(
    source: str | dict[str, str],
    rule: str,
    line: int,
    parts: tuple[str, ...],
    is_cured: bool,
) -> None:
    found = run_case(source)[0]
    text = "\n".join([found.message, *(fact.text for fact in found.evidence)])
    assert found.rule == rule
    assert found.places[0].line == line
    for part in parts:
        assert part in text
    if is_cured:
        assert cures(source, found.fixes[0])
