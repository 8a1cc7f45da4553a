"""How fast archives are read: a large file, a deep model, a wide one, a real one.

Run `python tests/bench/reader_bench.py [FILE.keras ...]`. Each file gets a process of its own,
because memory is measured at its peak; without files, archives of known size are made in a
temporary folder. Goals: a file of several GB in under 1.5 s beyond Python's own start and under
150 MB, 20,000 layers in under 4 s.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import h5py

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.archives import call, functional, input_layer, layer, tensor, weights_file

GIGABYTE = 1 << 30

CHILD = """
import json, resource, sys, time
from pathlib import Path

def peak_mb():
    # The other counter also remembers the process that this one was forked from.
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

start = time.perf_counter()
from graphscope.readers.keras.archive_file import read
import h5py
imported = time.perf_counter()
graph = read(sys.argv[1])
done = time.perf_counter()
peak = peak_mb()
heavy = sorted({"keras", "tensorflow", "jax", "torch", "networkx"} & sys.modules.keys())
print(json.dumps([repr(graph), imported - start, done - imported, peak, heavy]))
"""


def measure(path: Path) -> None:
    """Read a file in a fresh process and print what it cost."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True
    )
    graph, imports, seconds, peak, heavy = json.loads(done.stdout)
    size = path.stat().st_size / (1 << 20)
    print(  # noqa: T201
        f"{path.name:24} {size:9,.1f} MB  imports {imports:5.2f} s  read {seconds:6.3f} s  "
        f"peak {peak:5.0f} MB  {graph} {' '.join(heavy)}"
    )


def make_large(folder: Path, gigabytes: int = 2) -> Path:
    """Return an archive with one large weight."""
    weights = folder / "weights.h5"
    with h5py.File(weights, "w") as file:
        group = file.create_group("layers/dense/vars")
        # Allocated early and never filled: the size is real, the blocks are holes.
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        rows = gigabytes * GIGABYTE // (4 * 4096)
        space = h5py.h5s.create_simple((rows, 4096))
        h5py.h5d.create(group.id, b"0", h5py.h5t.IEEE_F32LE, space, dcpl=plist)
    model = functional(
        [input_layer("x", rows), layer("Dense", "dense", "x", units=4096, use_bias=False)],
        inputs="x",
        outputs="dense",
    )
    path = folder / f"large_{gigabytes}gb.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(model))
        archive.write(weights, "model.weights.h5")
    weights.unlink()
    return path


def make_deep(folder: Path, layers: int) -> Path:
    """Return an archive with a chain of dense layers, weights included."""
    chain = []
    for index in range(layers):
        source = tensor(f"dense_{index - 1}" if index else "x", (None, 4))
        chain.append(layer("Dense", f"dense_{index}", call(source), units=4))
    weights = {
        f"layers/dense_{index}" if index else "layers/dense": [(4, 4), (4,)]
        for index in range(layers)
    }
    return _write(
        folder / f"deep_{layers}.keras",
        functional([input_layer("x", 4), *chain], inputs="x", outputs=f"dense_{layers - 1}"),
        weights_file(weights),
    )


def make_dense_connections(folder: Path, layers: int = 400) -> Path:
    """Return an archive in which every layer takes all earlier ones: 80,000 edges."""
    made = []
    for index in range(1, layers):
        names = [f"joined_{other}" if other else "x" for other in range(index)]
        joined = call([tensor(name) for name in names])
        made.append(layer("Concatenate", f"joined_{index}", joined))
    return _write(
        folder / "quadratic.keras",
        functional([input_layer("x", 4), *made], inputs="x", outputs=f"joined_{layers - 1}"),
        None,
    )


def _write(path: Path, model: object, weights: bytes | None) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(model))
        if weights is not None:
            archive.writestr("model.weights.h5", weights)
    return path


def main() -> None:
    """Measure the files named on the command line, or those that are made here."""
    if sys.argv[1:]:
        for name in sys.argv[1:]:
            measure(Path(name))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in (
            make_deep(folder, 200),
            make_deep(folder, 2_000),
            make_deep(folder, 20_000),
            make_dense_connections(folder),
            make_large(folder),
        ):
            measure(path)
            path.unlink()


if __name__ == "__main__":
    main()
