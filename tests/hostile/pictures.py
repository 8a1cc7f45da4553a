"""Whether an exported file is well formed, holds no script of a stranger and shows no secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from tests.hostile.rows import Collection


def find_faults(path: Path, collection: Collection) -> Iterator[str]:
    """Tell what is wrong with an exported file."""
    data = path.read_bytes()
    for canary in collection.canaries:
        if canary.encode() in data:
            yield "A CANARY IS SHOWN"
    if path.suffix == ".svg":
        yield from find_faults_of_svg(data)


def find_faults_of_svg(data: bytes) -> Iterator[str]:
    """Tell what an SVG file holds that could run or load something, or that it is none."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        yield f"not well formed: {error}"
        return
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2].lower()
        if name in {"script", "foreignobject", "iframe", "image", "use"}:
            yield f"holds <{name}>"
        for key, value in element.attrib.items():
            if key.lower().startswith("on"):
                yield f"holds an attribute {key}"
            if key.rpartition("}")[2] == "href" and not value.startswith("#"):
                yield f"links to {value[:60]}"
