"""Which Keras wrote a file, told in its metadata and, for earlier ones, in a note."""

from __future__ import annotations

from graphscope.graph import GraphBuilder
from graphscope.readers.text import repair_text, shorten


def describe_version(version: str, builder: GraphBuilder) -> dict[str, str]:
    """Return what the metadata of a graph say about the version.

    Args:
        version: as it stands in the file; nothing where the file does not tell.
        builder: gets a note when names in the file are not those of today.
    """
    version = shorten(repair_text(version), 64)
    if not version:
        builder.add_note("metadata-missing", "The file does not say which Keras wrote it.")
        return {}
    if version.split(".")[0] in ("0", "1", "2"):
        builder.add_note(
            "legacy-config",
            f"Keras {version} wrote the file; classes and settings are called as they are today.",
        )
    return {"producer": f"keras {version}", "keras_version": version}
