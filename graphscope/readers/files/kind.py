"""What a file is, judged by its first bytes and by its name."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from pathlib import PurePath
from typing import NamedTuple

from graphscope.readers.text import quote

HEAD_SIZE = 4_096
"""How many bytes of a file the functions here want to see."""

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"

_HDF5 = "an HDF5 file"
_ZIP = "a zip file"
_EVENTS = "a TensorBoard event file"
_JSON = "a JSON text"

_READERS = {_HDF5: "h5", _ZIP: "keras", _EVENTS: "tfevents", _JSON: "json"}
"""The reader for each kind of content that graphscope reads and that cannot be mistaken."""

_SIGNATURES = (
    (0, HDF5_SIGNATURE, _HDF5),
    # A program may put a block of its own before an HDF5 file; then the signature comes later.
    (512, HDF5_SIGNATURE, _HDF5),
    (1_024, HDF5_SIGNATURE, _HDF5),
    (2_048, HDF5_SIGNATURE, _HDF5),
    # Each record begins with its length and a checksum; the first one holds the version.
    (12, b"\x09", _EVENTS),
    (4, b"TFL3", "a TensorFlow Lite model"),
    (0, b"GGUF", "a GGUF file"),
    (0, b"\x80\x02", "a Python pickle"),
    (0, b"\x80\x03", "a Python pickle"),
    (0, b"\x80\x04", "a Python pickle"),
    (0, b"\x80\x05", "a Python pickle"),
    (0, b"\x1f\x8b", "a gzip file"),
    (0, b"\x78\x9c", "zlib-compressed data"),
    (0, b"BZh", "a bzip2 file"),
    (0, b"\xfd7zXZ", "an xz file"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip file"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (0, b"Rar!\x1a\x07", "a RAR file"),
    (257, b"ustar", "a tar file"),
    (0, b"\x93NUMPY", "a NumPy array"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"\x7fELF", "a program"),
    (0, b"version https://git-lfs", "a Git LFS pointer, not the model itself"),
)

_FOREIGN_MEMBERS = (
    ("/data.pkl", "a PyTorch file"),
    (".npy", "a NumPy archive of arrays"),
    ("[Content_Types].xml", "an Office document"),
)
"""Zip files that are no Keras archives, by the end of the name of their first member."""
_ONNX_BEGINS = re.compile(rb"\x08[\x01-\x1f]\x12[\x01-\x7f][ -~]+[\x1a\x22\x28\x3a]")
"""The version of the format, then the name of the program that wrote the file."""

_SUFFIXES = {
    ".bin": "a file of weights without a model",
    ".ckpt": "a checkpoint",
    ".gguf": "a GGUF file",
    ".index": "the index of a TensorFlow checkpoint",
    ".jsonl": "a log of a run",
    ".npy": "a NumPy array",
    ".npz": "a NumPy archive of arrays",
    ".onnx": "an ONNX model",
    ".pickle": "a Python pickle",
    ".pkl": "a Python pickle",
    ".pt": "a PyTorch file",
    ".pth": "a PyTorch file",
    ".safetensors": "a safetensors file",
    ".tflite": "a TensorFlow Lite model",
    ".yaml": "a YAML text",
    ".yml": "a YAML text",
}

_SAVE = "Save the model with model.save('NAME.keras')."
_UNPACK = "Unpack it first."
_COPY = "Copy or download it again."
_REFUSED = "Look into it for the reason, and download the file itself."
_ORIGINAL = "Open the Keras model that it was made from."
_WEIGHTS_ONLY = "It holds weights and no model; name the file or folder of the model."

_REMEDIES = {
    "a checkpoint": _WEIGHTS_ONLY,
    "a file of weights without a model": _WEIGHTS_ONLY,
    "a GGUF file": _ORIGINAL,
    "a Git LFS pointer, not the model itself": "Fetch the model with `git lfs pull`.",
    **dict.fromkeys(
        (
            "a 7-Zip file",
            "a bzip2 file",
            "a gzip file",
            "a RAR file",
            "a tar file",
            "a Zstandard file",
            "an xz file",
            "zlib-compressed data",
        ),
        _UNPACK,
    ),
    "a file of zeros": _COPY,
    "an error message in XML, as storage gives when it refuses": _REFUSED,
    "an HTML page, as downloads give when they fail": _REFUSED,
    "a log of a run": "Show its curves with `graphscope watch`.",
    "a PyTorch file": "graphscope reads Keras models; a PyTorch model cannot be opened.",
    "a safetensors file": _WEIGHTS_ONLY,
    "a TensorFlow Lite model": _ORIGINAL,
    "a YAML text": "Load it with the Keras that wrote it and save model.to_json() as .json.",
    "an ONNX model": _ORIGINAL,
    "the beginning of a zip file": "The file was cut; copy or download it again.",
    "the index of a TensorFlow checkpoint": _WEIGHTS_ONLY,
}


class Kind(NamedTuple):
    """What a file seems to be, in words, and what to do about it."""

    name: str
    remedy: str


def recognise(head: bytes) -> str | None:
    """Return the name of the reader for a file; None where its first bytes do not tell.

    >>> recognise(b"PK\\x03\\x04" + bytes(26)), recognise(b"GGUF\\x03")
    ('keras', None)
    """
    if head.startswith(b"PK\x03\x04"):
        return None if _foreign_member(head) else _READERS[_ZIP]
    kind = _find_signature(head) or (_JSON if _begins_object(head) else None)
    return _READERS.get(kind) if kind else None


def describe(head: bytes, name: str) -> Kind:
    """Return what a file that a reader was not made for seems to be.

    >>> describe(b"GGUF\\x03", "model.keras").name
    'a GGUF file'
    """
    return _with_remedy(_signature_kind(head) or _text_kind(head, name))


def describe_content(head: bytes) -> Kind | None:
    """Return what a file is by its first bytes; None where they bear no signature."""
    kind = _signature_kind(head)
    return _with_remedy(kind) if kind else None


def describe_members(names: Iterable[str]) -> Kind | None:
    """Return what a zip file without a config is by the names of its members, if they tell.

    >>> describe_members(["net/config.json", "net/metadata.json"]).remedy
    "Zip what is in the folder 'net', without the folder."
    """
    for name in names:
        folder, _, last = name.replace("\\", "/").rpartition("/")
        foreign = next((kind for end, kind in _FOREIGN_MEMBERS if name.endswith(end)), None)
        if foreign:
            return _with_remedy(foreign)
        if last == "config.json":
            inner = f"Zip what is in the folder {quote(folder)}, without the folder."
            return Kind("a Keras archive within a folder", inner)
        if last == "saved_model.pb":
            return Kind("a packed SavedModel", "Unpack it and name the folder.")
        if last.endswith((".keras", ".h5", ".hdf5")) and last != "model.weights.h5":
            return Kind(
                f"an archive that holds {quote(last)}", "Unpack it and name the file in it."
            )
    return None


def describe_name(name: str) -> Kind | None:
    """Return what a file is by its suffix, where that is known and no Keras model.

    >>> describe_name("net.ONNX").name
    'an ONNX model'
    """
    kind = _SUFFIXES.get(PurePath(name).suffix.lower())
    return _with_remedy(kind) if kind else None


def _with_remedy(kind: str) -> Kind:
    return Kind(kind, _REMEDIES.get(kind, _SAVE))


def _signature_kind(head: bytes) -> str | None:
    # A zip file is known by its end, so one that begins well is damaged or cut.
    if head.startswith(b"PK\x03\x04"):
        return _foreign_member(head) or "the beginning of a zip file"
    return _find_signature(head)


def _find_signature(head: bytes) -> str | None:
    for offset, signature, kind in _SIGNATURES:
        if head.startswith(signature, offset) and (kind != _EVENTS or _begins_events(head)):
            return kind
    if _begins_safetensors(head):
        return "a safetensors file"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:16].lower()
    if start.startswith((b"<!doctype", b"<html")):
        return "an HTML page, as downloads give when they fail"
    if start.startswith(b"<?xml") and b"<Error>" in head:
        return "an error message in XML, as storage gives when it refuses"
    return "an ONNX model" if _ONNX_BEGINS.match(head) else None


def _begins_safetensors(head: bytes) -> bool:
    """Whether the length of a JSON object stands first, and then such an object."""
    return head[8:10] in (b'{"', b"{}") and 2 <= int.from_bytes(head[:8], "little") <= 1 << 32


def _begins_events(head: bytes) -> bool:
    """Whether the first record is an event that holds a version, such as `brain.Event:2`."""
    length = int.from_bytes(head[:8], "little")
    return length <= 64 and b"brain.Event:" in head[12 : 12 + length]


def _foreign_member(head: bytes) -> str | None:
    if len(head) < 30:
        return None
    (length,) = struct.unpack_from("<H", head, 26)
    member = head[30 : 30 + length].decode("utf-8", "replace")
    return next((kind for end, kind in _FOREIGN_MEMBERS if member.endswith(end)), None)


def _begins_object(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"{") and text[1:].lstrip()[:1] in (b'"', b"}")


def _text_kind(head: bytes, name: str) -> str:
    if not head.strip(b"\x00"):
        return "a file of zeros"
    try:
        # The last character may be cut in two.
        text = head[:-4].decode("utf-8") if len(head) > 64 else head.decode("utf-8")
    except UnicodeDecodeError:
        return "binary data of another format"
    start = text.lstrip()[:16].lower()
    if start.startswith(("{", "[")):
        return _JSON
    if PurePath(name).suffix == ".py" or start.startswith(("import ", "from ", "#!")):
        return "a Python program"
    is_text = all(char.isprintable() or char.isspace() for char in text)
    return "a text file" if is_text else "binary data of another format"
