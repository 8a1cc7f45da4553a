"""What `graphscope debug --json` said of a specimen, held against the truth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.doctor_corpus import Edit, Edits, Place, Specimen
from tests.bench.doctor_symptoms import names_symptom

FIXES_TRIED = 3
_STOP = """
    the a an of to is are be in on for with and or it its at by not only this that so as must
    needs need use has have was were one no into instead versus
""".split()  # noqa: SIM905 - forty words, to be read


@dataclass(slots=True)
class Score:
    """How well a specimen was diagnosed.

    `layer` is None where the truth names no layer, `symptom` where it names no symptom; `fixes` has
    a bool per fix that was tried.
    """

    id: str
    kind: str
    stage: str
    repair_class: str | None
    detected: bool = False
    strict: bool = False
    acceptable: bool = False
    layer: bool | None = None
    symptom: bool | None = None
    coverage: float = 0.0
    missed: list[str] = field(default_factory=list)
    fixes: list[bool] = field(default_factory=list)
    own_seconds: float = 0.0
    debug_seconds: float = 0.0
    to_diagnosis: float = 0.0
    to_fix: float | None = None
    rules: list[str] = field(default_factory=list)
    crash: str | None = None

    @property
    def extra_seconds(self) -> float:
        """What the doctor cost beyond the script's own time."""
        return max(0.0, self.debug_seconds - self.own_seconds)

    def as_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


def findings(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the diagnoses that count."""
    return [each for each in report["diagnoses"] if each.get("severity") not in ("info", "note")]


def score(specimen: Specimen, report: Mapping[str, Any]) -> Score:
    """Hold the primary diagnosis against the truth; fixes are tried elsewhere."""
    found = findings(report)
    top = found[0] if found else {}
    ranked = ranked_places(specimen, top)
    missed = [] if not specimen.keys else missed_keys(specimen.keys, told(top))
    return Score(
        specimen.id,
        specimen.kind,
        specimen.stage,
        specimen.repair_class,
        detected=bool(found),
        strict=bool(ranked) and ranked[0] == specimen.culprit,
        acceptable=bool(ranked) and ranked[0] in specimen.acceptable,
        layer=names_layer(specimen.layer, top.get("layer")) if bare(specimen.layer) else None,
        symptom=names_symptom(specimen.sickness, top.get("symptom")),
        coverage=1 - len(missed) / len(specimen.keys) if specimen.keys else 1.0,
        missed=missed,
        to_diagnosis=report.get("seconds_to_diagnosis") or 0.0,
        to_fix=report.get("seconds_to_fix"),
        rules=[str(each.get("rule")) for each in found],
    )


def ranked_places(specimen: Specimen, diagnosis: Mapping[str, Any]) -> list[Place]:
    """Return the lines a diagnosis names, best first."""
    main = specimen.main.name
    given = [
        (Path(place.get("file") or main).name, place.get("line"))
        for place in diagnosis.get("places") or []
    ]
    return given or [(main, line) for line in diagnosis.get("lines") or []]


def told(diagnosis: Mapping[str, Any]) -> str:
    """Return all that is said for a reader: message, evidence, titles of the fixes."""
    return " ".join(
        [diagnosis.get("message", "")]
        + [each.get("text", "") for each in diagnosis.get("evidence", [])]
        + [each.get("title", "") for each in diagnosis.get("fixes", [])]
    )


def missed_keys(keys: Sequence[str], text: str) -> list[str]:
    """Return the phrases of which a text holds too few words, and that do not match it either."""
    have = set(words(text))
    return [key for key in keys if not (_matches(key, text) or _holds(set(words(key)), have))]


def words(text: str) -> Iterable[str]:
    """Return the words and numbers that matter, in the singular."""
    return [
        word.rstrip("s") if len(word) > 3 else word
        for word in re.findall(r"[a-z_]+|\d+", text.lower())
        if word not in _STOP
    ]


def _matches(key: str, text: str) -> bool:
    try:
        return bool(re.search(key, text, re.IGNORECASE))
    except re.error:
        return False


def _holds(want: set[str], have: set[str]) -> bool:
    return bool(want) and len(want & have) / len(want) >= 0.6


def bare(layer: str | None) -> str:
    """Return a layer's name without numbers and underscores: `conv2d_1` and `Conv2D` are one."""
    return re.sub(r"[\d_]", "", (layer or "").lower())


def names_layer(truth: str | None, said: str | None) -> bool:
    """Say whether a diagnosis names the layer."""
    want, have = bare(truth), bare(said)
    return bool(have) and (want in have or have in want)


def edits_of(specimen: Specimen, fix: Mapping[str, Any]) -> Edits | None:
    """Return a fix's edits; None when it edits a file that is not the program's."""
    known = {file.name for file in specimen.files}
    edits = tuple(
        Edit(
            # The short scripts are scored by line alone.
            Path(each.get("file") or specimen.main).name
            if len(specimen.files) > 1
            else specimen.main.name,
            each["line"],
            each["replace_with"],
        )
        for each in fix["edits"]
    )
    return edits if all(edit.file in known for edit in edits) else None
