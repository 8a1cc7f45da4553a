"""What the bench prints of a case, of a collection, of a program in which nothing is wrong."""

# ruff: noqa: T201 - it is printed for whoever runs the bench

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.doctor_corpus import Specimen
from tests.bench.doctor_scoring import Score, findings, ranked_places
from tests.bench.doctor_table import SHORT, table, training_table


def say(text: str) -> None:
    """Print below a case's line."""
    print(f"        {text}")


def print_details(specimen: Specimen, score: Score, report: dict[str, Any], folder: Path) -> None:
    say(f"{specimen.title} [{specimen.kind}, {specimen.stage}] {specimen.root / specimen.main}")
    say(f"truth: {specimen.culprit}, {sorted(specimen.acceptable)}, layer {specimen.layer}")
    if score.crash:
        say(f"crash: {score.crash}")
    for number, diagnosis in enumerate(findings(report)):
        say(f"{diagnosis.get('rule')} {diagnosis.get('confidence')} {diagnosis.get('severity')}")
        if diagnosis.get("symptom"):
            say(
                f"  {diagnosis['symptom']} (is {specimen.sickness}), step {diagnosis['first_step']}"
            )
        say(f"  places {ranked_places(specimen, diagnosis)[:4]} layer {diagnosis.get('layer')}")
        if number:
            continue
        for text in diagnosis.get("message", "").splitlines():
            say(f"  | {text}")
        for each in diagnosis.get("evidence", []):
            say(f"  - {each.get('kind')}: {each.get('text')}")
        for fix in diagnosis.get("fixes", [])[:5]:
            say(f"  fix {fix.get('class')} {fix.get('status')}: {fix.get('title')}")
            for edit in fix.get("edits", []):
                say(f"      {edit.get('file', '')}:{edit['line']} {edit['replace_with']!r}")
            say(f"      -> {fix.get('tried', 'not tried')}")
    for key in score.missed:
        say(f"missed key: {key}")
    say(f"log: {folder / 'debug.log'}")


def print_totals(name: str, scores: Sequence[Score]) -> None:
    long = name not in SHORT
    parts = [("", lambda score: score.kind != "pathology" or name != "training")]
    parts += [(" (pathologies)", lambda score: score.kind == "pathology" and name == "training")]
    for title, belongs in parts:
        chosen = [score for score in scores if belongs(score)]
        if chosen:
            print(f"\n{name}{title}: {len(chosen)} cases        figure   goal")
            print("\n".join(table(chosen, programs=long)))
    rules = Counter(score.rules[0] for score in scores if score.rules)
    print("  rules:", ", ".join(f"{rule} {count}" for rule, count in rules.most_common()) or "none")


def print_trainings(scores: Sequence[Score], alarms: Sequence[bool]) -> list[str]:
    """Print the table of the goals for trainings; return the names of those that are missed."""
    lines, missed = training_table(scores, sum(alarms), len(alarms))
    print(f"\ntrainings: {len(scores)} sick, {len(alarms)} healthy   figure   goal")
    print("\n".join(lines))
    return missed


def print_false_alarms(title: str, specimen: Specimen, report: dict[str, Any]) -> int:
    found = findings(report)
    if report.get("crash"):
        print(f"{title:<16} crash: {report['crash']}")
    for diagnosis in found:
        places = ranked_places(specimen, diagnosis)[:2]
        print(f"{title:<16} FALSE ALARM {diagnosis.get('rule')} {places}")
        print("\n".join(f"        | {text}" for text in diagnosis.get("message", "").splitlines()))
    if not found and not report.get("crash"):
        print(f"{title:<16} healthy, {report['wall']:.1f} s")
    return bool(found or report.get("crash"))
