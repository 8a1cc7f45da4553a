"""Programs in which nothing is wrong: each finding in them is a false alarm."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.doctor_corpus import Edits, Specimen

SAMPLES = Path(__file__).parents[2] / "sample_models"
_DRIVER = """\
import keras
import numpy as np

from {name} import make_model

made = make_model()  # some return example inputs, too
model = made[0] if isinstance(made, tuple) else made
rng = np.random.default_rng(0)


def batch(tensor):
    shape = (2, *(size or 8 for size in tensor.shape[1:]))
    if "int" in str(tensor.dtype):
        return rng.integers(1, 5, shape)
    return rng.random(shape, dtype="float32")


inputs = getattr(model, "_inputs_struct", None)
if inputs is not None:
    answer = model.predict(keras.tree.map_structure(batch, inputs), verbose=0)
    print(keras.tree.map_structure(np.shape, answer))
model.summary()
"""


def healthy_programs(specimens: Sequence[Specimen]) -> Iterator[tuple[str, Specimen, Edits]]:
    """Yield (what it is, program, edits): controls, fixed programs, samples."""
    for specimen in specimens:
        if specimen.is_healthy:
            yield f"{specimen.id} as it is", specimen, ()
        for number, edits in enumerate(specimen.fixes):
            yield f"{specimen.id} fix {number}", specimen, edits
    for sample in sorted(SAMPLES.glob("[!_]*.py")):
        yield f"sample {sample.stem}", _sample(sample), ()


def _sample(file: Path) -> Specimen:
    """Return a small program that builds a sample model and, where it has inputs, runs it."""
    root = Path(tempfile.mkdtemp(prefix=f"sample-{file.stem}-"))
    shutil.copy(file, root)
    (root / "drive.py").write_text(_DRIVER.format(name=file.stem))
    return dataclasses.replace(
        _NOTHING, id=file.stem, root=root, files=(Path("drive.py"), Path(file.name))
    )


_NOTHING = Specimen(
    id="",
    title="a sample model",
    collection="samples",
    root=Path(),
    main=Path("drive.py"),
    files=(),
    kind="healthy",
    stage="",
    exceptions=(),
    culprit=None,
    acceptable=frozenset(),
    layer=None,
    keys=(),
    fixes=(),
)
