"""The card of one item of the outline: a node, a scope, a block or a repeat."""

from __future__ import annotations

from graphscope.app.facts import Facts
from graphscope.app.present.card import Card, Link, Row, Section
from graphscope.app.present.code import code_sections, name_custom, warn_of_code
from graphscope.app.present.documentation import find_documentation
from graphscope.app.present.rows import (
    cost_rows,
    note_messages,
    setting_sections,
    source_rows,
    weight_section,
)
from graphscope.app.present.tensors import present_inputs, present_outputs
from graphscope.app.present.values import format_count
from graphscope.graph import Layer, Node, NodeKind, Note, Scope, ScopeKind
from graphscope.graph.code import NOTE as CODE_NOTE

_KINDS = {
    NodeKind.INPUT: "Input",
    NodeKind.CONSTANT: "Constant",
    NodeKind.LAYER: "Layer",
    NodeKind.OP: "Operation",
    ScopeKind.LAYER: "Layer",
    ScopeKind.OPERATION: "Operation",
    ScopeKind.SUBGRAPH: "Subgraph",
    ScopeKind.PHASE: "Phase",
}


_CALLS = 8
"""Further calls of a shared layer that are listed."""


def present_item(facts: Facts, item: str) -> Card:
    """Return the card of an item; an id that the graph does not have gives a card that says so."""
    call = facts.call(item)
    if call is not None:
        return _present_call(facts, call)
    if facts.tree.has(item):
        return _present_group(facts, item)
    return Card("Not found", item, sections=(Section("", (_ABSENT,)),))


_ABSENT = Row("", "The graph has nothing of this name. Select something else.")


def _present_call(facts: Facts, call: Node | Scope) -> Card:
    layer = facts.layer_of(call)
    return Card(
        kind=_KINDS[call.kind],
        title=call.name,
        type=call.type if call.type != call.name else "",
        documentation=find_documentation(layer),
        path=_path(facts, call.id),
        badges=_badges(facts, call, layer),
        warnings=warn_of_code(facts.code_at(call.id)),
        sections=_drop_empty(
            Section("", note_messages(_other_notes(facts, call))),
            *code_sections(facts.code_at(call.id)),
            Section("", _top_rows(facts, call, layer)),
            *_flow_sections(facts, call.id),
            *weight_section(facts.weights_of(call)),
            *setting_sections(layer.config if layer else {}, "Settings"),
            *setting_sections(call.attributes, "Attributes"),
        ),
    )


def _present_group(facts: Facts, item: str) -> Card:
    """Present a block or a repeat: items that belong together although no scope says so."""
    entry = facts.tree.get(item)
    return Card(
        kind=entry.kind.capitalize(),
        title=entry.name,
        type=entry.type,
        path=_path(facts, item),
        badges=(f"× {entry.count}",) if entry.count > 1 else (),
        sections=_drop_empty(Section("", _inside_rows(facts, item)), *_flow_sections(facts, item)),
    )


def _flow_sections(facts: Facts, item: str) -> tuple[Section, ...]:
    return (
        Section("Inputs", present_inputs(facts, item)),
        Section("Outputs", present_outputs(facts, item)),
    )


def _inside_rows(facts: Facts, item: str) -> tuple[Row, ...]:
    leaves = facts.tree.get(item).leaves if facts.tree.has(item) else 0
    inside = (Row("Inside", f"{format_count(leaves)} nodes", is_code=True),) if leaves > 1 else ()
    return (*inside, *cost_rows(facts, item))


def _other_notes(facts: Facts, call: Node | Scope) -> list[Note]:
    """Return the notes on a call but for those whose code is shown beside them."""
    listed = facts.code_at(call.id)
    return [note for note in facts.notes_on(call) if not (listed and note.code == CODE_NOTE)]


def _top_rows(facts: Facts, call: Node | Scope, layer: Layer | None) -> tuple[Row, ...]:
    numbers = _inside_rows(facts, call.id)
    if layer is not None and layer.has_unknown_weights:
        numbers = (Row("Parameters", format_count(None), is_code=True), *numbers)
    return (*numbers, *_sharing_rows(facts, call, layer), *source_rows(call.source))


def _sharing_rows(facts: Facts, call: Node | Scope, layer: Layer | None) -> tuple[Row, ...]:
    """Tell where else a shared layer is called."""
    calls = facts.calls_of(layer) if layer else ()
    others = tuple(Link(other, other) for other in calls if other != call.id)
    return (Row("Also called at", "", links=others[:_CALLS]),) if others else ()


def _badges(facts: Facts, call: Node | Scope, layer: Layer | None) -> tuple[str, ...]:
    role = facts.role_of(call.id)
    badges = [role.capitalize()] if role else []
    calls = facts.calls_of(layer) if layer else ()
    if len(calls) > 1 and call.id in calls:
        badges.append(f"Call {calls.index(call.id) + 1} of {len(calls)}")
    if layer is not None and not layer.trainable:
        badges.append("Frozen")
    badges += name_custom(facts.code_at(call.id))
    return tuple(badges)


def _path(facts: Facts, item: str) -> tuple[Link, ...]:
    return tuple(
        Link(facts.tree.name_of(scope), scope) for scope in [*facts.tree.around(item)][::-1]
    )


def _drop_empty(*sections: Section) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.entries)
