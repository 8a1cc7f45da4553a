"""What a file that is no Keras archive seems to be, from its first bytes."""

from __future__ import annotations

from pathlib import PurePath

_SIGNATURES = (
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"GGUF", "a GGUF file"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x78\x9c", "zlib-compressed data"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x7fELF", "a program"),
    (b"version https://git-lfs", "a Git LFS pointer, not the model itself"),
)

_REMEDIES = {
    "an HDF5 file": "Load it with keras.models.load_model and save it as a .keras file.",
    "a Git LFS pointer, not the model itself": "Fetch the model with `git lfs pull`.",
    "the beginning of a zip file": "The file was cut; copy or download it again.",
}

_DEFAULT_REMEDY = "Save the model with model.save('NAME.keras')."


def describe(head: bytes, name: str) -> tuple[str, str]:
    """Return what the file seems to be, and what to do about it.

    >>> describe(b"GGUF\\x03", "model.keras")[0]
    'a GGUF file'
    """
    kind = _kind(head, name)
    return kind, _REMEDIES.get(kind, _DEFAULT_REMEDY)


def _kind(head: bytes, name: str) -> str:
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    # A zip file is known by its end, so one that begins well is damaged or cut.
    if head.startswith(b"PK\x03\x04"):
        return "the beginning of a zip file"
    if not head.strip(b"\x00"):
        return "a file of zeros"
    return _text_kind(head, name)


def _text_kind(head: bytes, name: str) -> str:
    try:
        # The last character may be cut in two.
        text = head[:-4].decode("utf-8") if len(head) > 64 else head.decode("utf-8")
    except UnicodeDecodeError:
        return "binary data of another format"
    start = text.lstrip()[:16].lower()
    if start.startswith(("<!doctype", "<html")):
        return "an HTML page, as downloads give when they fail"
    if start.startswith(("{", "[")):
        return "a JSON text"
    if PurePath(name).suffix == ".py" or start.startswith(("import ", "from ", "#!")):
        return "a Python program"
    return "a text file" if text.isprintable() or "\n" in text else "binary data of another format"
