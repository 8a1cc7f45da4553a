"""How fast files are read: a large one, deep models, a wide one, real ones.

Run `python tests/bench/reader_bench.py [FILE ...]`. What is measured is what a user waits for:
`graphscope.read` in a fresh process, with the process that it starts to read the file and the way
of the graph from there to here. Without files, archives of known size are made in a temporary
folder. Seconds on the clock mean something on an idle machine only; the processor's count
everywhere. Goals: a file of several GB in under 1.5 s beyond Python's own start and under 150 MB
for each process, 20,000 layers in under 4 s.
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

PARENT = """
import json, os, sys, threading, time
from pathlib import Path

def peak_mb(process):
    status = Path(f"/proc/{process}/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(lines["VmHWM"].split()[0]) / 1024

def watch():
    while True:
        for task in Path("/proc/self/task").iterdir():
            try:
                for child in (task / "children").read_text().split():
                    if b"start.py" in Path(f"/proc/{child}/cmdline").read_bytes():
                        peaks[child] = peak_mb(child)
            except (OSError, KeyError):
                continue  # It has ended.
        time.sleep(0.005)

peaks = {}
start = time.perf_counter()
import graphscope
from graphscope.session.open import read_file
imported = time.perf_counter()
threading.Thread(target=watch, daemon=True).start()
graph = graphscope.read(sys.argv[1])
done = time.perf_counter()
cpu = [time.process_time(), sum(os.times()[2:4])]
heavy = sorted({"keras", "tensorflow", "jax", "torch", "networkx", "h5py"} & sys.modules.keys())
print(json.dumps([repr(graph), imported - start, done - imported, cpu,
                  peak_mb("self"), max(peaks.values(), default=0), heavy]))
"""


def measure(path: Path) -> None:
    """Read a file in a fresh process and print what it cost."""
    done = subprocess.run(
        [sys.executable, "-c", PARENT, str(path)], capture_output=True, text=True, check=True
    )
    graph, imports, seconds, cpu, peak, child_peak, heavy = json.loads(done.stdout)
    size = path.stat().st_size / (1 << 20)
    print(  # noqa: T201
        f"{path.name:24} {size:9,.1f} MB  imports {imports:5.2f} s  read {seconds:6.3f} s  "
        f"processor {cpu[0]:5.2f} s here, {cpu[1]:5.2f} s there  "
        f"peak {peak:4.0f} MB here, {child_peak:4.0f} MB there  {graph} {' '.join(heavy)}"
    )


def make_large(folder: Path, gigabytes: int = 4) -> Path:
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
