"""Reports of the doctor as files: JSON and SARIF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.errors import ExportError

if TYPE_CHECKING:
    from graphscope.doctor.reports import Report


def write_json(file: Path, document: dict[str, Any]) -> None:
    """Write a document.

    Raises:
        ExportError: when the file cannot be written.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    try:
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(f"{str(file)!r} cannot be written: {reason}.") from error


def write_sarif(file: Path, report: Report, root: Path) -> None:
    """Write a report as a SARIF log.

    Args:
        file: where to.
        report: what was found.
        root: the folder that paths in the log are relative to.

    Raises:
        ExportError: when the file cannot be written.
    """
    import graphscope
    from graphscope.doctor.reports.sarif import as_sarif

    write_json(file, as_sarif(report, version=graphscope.__version__, root=str(root)))
