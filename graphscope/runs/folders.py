"""Where runs lie: folders of this machine, or of shared storage by URL.

Everything that reads or writes runs takes a `Path`; for a URL it is one of universal_pathlib, which
behaves like a path and works through fsspec.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from graphscope.errors import GraphscopeError

_DRIVERS = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs",
            "abfss": "adlfs", "az": "adlfs", "hdfs": "pyarrow", "sftp": "paramiko",
            "ssh": "paramiko"}  # fmt: skip


def as_folder(place: str | Path) -> Path:
    """Return the folder that a path or URL (`s3://bucket/runs`) names.

    Raises:
        GraphscopeError: when nothing installed can reach the URL.
    """
    if not isinstance(place, str) or "://" not in place:
        return Path(place).expanduser() if isinstance(place, str) else place
    from upath import UPath

    scheme = place.partition("://")[0]
    try:
        folder = UPath(place)
        _ = folder.fs  # The driver is imported here.
    except (ImportError, ValueError) as error:
        driver = _DRIVERS.get(scheme)
        remedy = f"pip install {driver}" if driver else "Use a path, or a URL that fsspec knows."
        raise GraphscopeError(f"{scheme}:// cannot be reached ({error}).", remedy) from error
    return cast("Path", folder)


def is_remote(folder: Path) -> bool:
    """Whether a folder lies on storage that knows no appending and no locking."""
    return not isinstance(folder, Path)
