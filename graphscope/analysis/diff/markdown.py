"""A comparison as Markdown for a pull request: a table, and details that open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphscope.analysis.diff.groups import Group, group_changes
from graphscope.analysis.diff.result import GraphDiff
from graphscope.analysis.diff.wording import (
    describe_call,
    describe_counts,
    describe_facts,
    describe_following,
    list_totals,
    title_group,
)

_MARKS = {"added": "🟢 added", "removed": "🔴 removed", "changed": "🟡 changed"}
_OPEN = 12
"""So many changes are shown at once; more are behind a line that opens them."""
# Underscores within words, and most points and colons, mean nothing.
_SIGN = re.compile(
    r"""(?<![^\W_])_|_(?![^\W_])|(?<=www)\.|:(?=/)|[!#$&*<>@\[\\\]`|~]""", re.IGNORECASE
)


def to_markdown(diff: GraphDiff, *, depth: int | None = None) -> str:
    """Return the comparison as GitHub's Markdown.

    Args:
        diff: the comparison.
        depth: how many levels of calls are told one by one; None for all.
    """
    return "\n".join(_lines(diff, depth)) + "\n"


def _lines(diff: GraphDiff, depth: int | None) -> Iterator[str]:
    yield f"### {_code(diff.before_name)} → {_code(diff.after_name)}"
    yield ""
    if not diff:
        yield f"No difference in {diff.same:,} calls."
        yield from _notes(diff)
        return
    yield f"**{describe_counts(diff)}**"
    yield ""
    yield "| | before | after | difference |"
    yield "|---|---:|---:|---:|"
    for label, before, after, delta in list_totals(diff):
        yield f"| {label} | {_text(before)} | {_text(after)} | {_text(delta)} |"
    groups = group_changes(diff, depth=depth)
    if groups:
        yield ""
        yield from _details(groups)
    yield from _notes(diff)


def _details(groups: list[Group]) -> Iterator[str]:
    is_long = len(groups) > _OPEN
    yield f"<details{'' if is_long else ' open'}><summary>{len(groups)} changes</summary>"
    yield ""
    yield "| | call | type | what |"
    yield "|---|---|---|---|"
    for group in groups:
        yield _row(group)
    yield ""
    yield "</details>"


def _row(group: Group) -> str:
    count = f" ×{len(group.changes)}" if len(group.changes) > 1 else ""
    if group.kind == "inside":
        number = len(group.changes)
        what = f"{number} change{'' if number == 1 else 's'} inside"
        return f"| {_MARKS['changed']} | {_code(group.inside)} | | {what} |"
    call = group.first.shown
    kind = _text(describe_following(group) if group.kind == "follows" else call.type)
    mark = _MARKS[group.first.verdict]
    return f"| {mark} | {_code(title_group(group))}{count} | {kind} | {_what(group)} |"


def _what(group: Group) -> str:
    change = group.first
    if change.verdict != "changed":
        return _text(describe_call(change.shown))
    told = []
    for label, before, after, delta in describe_facts(change):
        text = f"{_text(label)}: {_text(before)} → {_text(after)}"
        told.append(f"{text} ({_text(delta)})" if delta else text)
    return "<br>".join(told)


def _notes(diff: GraphDiff) -> Iterator[str]:
    for note in diff.notes:
        yield ""
        yield f"> {_text(note)}"


def _text(text: str) -> str:
    """Return text that Markdown, HTML and tables take for text: names come from strangers.

    GitHub tells a person who is named; an invisible sign keeps it from that.
    """
    return _encode(text).replace("&#64;", "&#64;\u2060")


def _code(text: str) -> str:
    return f"<code>{_encode(text)}</code>"


def _encode(text: str) -> str:
    """Return text without a sign of Markdown, which is read within `<code>` too: a picture there
    would be fetched.
    """
    cleaned = "".join(each if each.isprintable() else " " for each in text)
    return _SIGN.sub(lambda found: f"&#{ord(found[0])};", cleaned)
