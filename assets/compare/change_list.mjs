/** The list of changes: what kinds are shown, which one is chosen, and what it amounts to. */

import { styleOfChange } from '../core/changes.mjs';
import { say } from '../core/language.mjs';
import { themeOf } from '../core/theme.mjs';
import { byId, make, setText } from '../page/dom.mjs';
import { stateOf, VERDICTS, visibleGroups } from './stepping.mjs';

/**
 * @import {Store} from '../page/store.mjs'
 * @import {Comparison, CompareState, Group, Row, Verdict} from './types.mjs'
 */

/** Rows of a list that is longer are made when they are asked for. */
const PORTION = 200;

export class ChangeList {
  /** @param {Comparison} told @param {Store<CompareState>} store @param {() => string} theme @param {(group: number, member: number) => void} choose */
  constructor(told, store, theme, choose) {
    this.told = told;
    this.store = store;
    this.theme = theme;
    this.choose = choose;
    this.shown = PORTION;
    this.list = byId('change-list');
    this.list.addEventListener('click', (/** @type {MouseEvent} */ event) => this.onClick(event));
    store.on(['kinds'], () => this.drawAll());
    store.on(['change', 'member'], () => this.draw());
    this.drawAll();
  }

  drawAll() {
    this.drawFilters();
    this.draw();
  }

  drawFilters() {
    const { kinds } = this.store.now;
    const buttons = VERDICTS.filter((verdict) => this.countOf(verdict) > 0).map((verdict) => {
      const style = styleOfChange(themeOf(this.theme()), stateOf(verdict));
      const button = make('button', { type: 'button', 'aria-pressed': String(kinds.has(verdict)), 'data-kind': verdict, title: say(style.label) });
      button.append(makeSign(verdict, this.theme()), make('span', { text: say(style.label) }), make('b', { text: this.countOf(verdict).toLocaleString('en') }));
      button.addEventListener('click', () => this.toggle(verdict));
      return button;
    });
    byId('filters').replaceChildren(...buttons);
  }

  /** @param {Verdict} verdict */
  countOf(verdict) {
    return this.told.groups.filter((group) => group.verdict === verdict).reduce((sum, group) => sum + group.members.length, 0);
  }

  /** @param {Verdict} verdict */
  toggle(verdict) {
    const kinds = new Set(this.store.now.kinds);
    if (!kinds.delete(verdict)) kinds.add(verdict);
    this.store.set({ kinds });
    /** @type {HTMLElement|null} */ (byId('filters').querySelector(`[data-kind="${verdict}"]`))?.focus();
  }

  draw() {
    const { change, kinds } = this.store.now;
    const visible = visibleGroups(this.told.groups, kinds);
    const at = visible.indexOf(change);
    if (at >= this.shown) this.shown = at + PORTION;
    const hadFocus = this.list.contains(document.activeElement);
    const rows = visible.slice(0, this.shown).map((group) => this.makeRow(group));
    if (visible.length > this.shown) rows.push(this.makeMore(visible.length - this.shown));
    if (visible.length === 0) rows.push(make('li', { class: 'change-none', text: this.told.groups.length === 0 ? say('The models do not differ.') : say('No change of these kinds.') }));
    this.list.replaceChildren(...rows);
    setText(byId('step-count'), visible.length > 0 ? (at < 0 ? say('{n} changes', { n: visible.length }) : say('{n} of {total}', { n: at + 1, total: visible.length })) : '');
    const current = this.list.querySelector('[aria-current="true"]');
    current?.scrollIntoView({ block: 'nearest' });
    if (hadFocus) /** @type {HTMLElement|null} */ (current)?.focus({ preventScroll: true });
  }

  /** @param {number} index @returns {HTMLElement} */
  makeRow(index) {
    const group = this.told.groups[index];
    const chosen = index === this.store.now.change;
    const button = make('button', { type: 'button', class: 'change', 'data-group': index, 'aria-expanded': String(chosen), 'aria-current': chosen ? 'true' : undefined });
    const count = group.members.length > 1 ? [make('em', { text: `×${group.members.length.toLocaleString('en')}` })] : [];
    button.append(
      makeSign(group.verdict, this.theme()),
      make('span', { class: 'visually-hidden', text: say(styleOfChange(themeOf('light'), stateOf(group.verdict)).label) }),
      make('span', { class: 'change-name', title: group.title }, make('bdi', { text: group.members[0].name })), ...count,
      make('small', { text: group.type }),
      make('small', { class: 'change-hint', text: chosen ? '' : hintOf(group) }),
    );
    return make('li', {}, button, ...(chosen ? [this.makeBody(group, index)] : []));
  }

  /** @param {Group} group @param {number} index */
  makeBody(group, index) {
    const body = make('div', { class: 'change-body' });
    if (group.told) body.append(make('p', { text: group.told }));
    if (group.facts.length > 0) body.append(makeTable(group.facts, false));
    if (group.members.length > 1) body.append(this.makeMembers(group, index));
    if (group.members.every((member) => member.item === null)) body.append(make('p', { class: 'muted', text: say('It is not drawn: nobody calls it.') }));
    return body;
  }

  /** @param {Group} group @param {number} index */
  makeMembers(group, index) {
    const buttons = group.members.slice(0, PORTION).map((member, at) => {
      const button = make('button', { type: 'button', class: 'member', 'data-group': index, 'data-member': at, text: member.name });
      if (at === this.store.now.member) button.setAttribute('aria-pressed', 'true');
      return button;
    });
    return make('div', { class: 'members', role: 'group', 'aria-label': say('Calls with this change') }, ...buttons);
  }

  /** @param {number} left */
  makeMore(left) {
    return make('li', {}, make('button', { type: 'button', class: 'change more', 'data-more': '1', text: say('Show more ({n})', { n: left }) }));
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('button')) : null;
    if (button?.dataset.more) {
      this.shown += PORTION;
      this.draw();
    } else if (button?.dataset.group) this.choose(Number(button.dataset.group), Number(button.dataset.member ?? 0));
  }
}

/** The most telling fact in short. @param {Group} group */
function hintOf({ told, facts, verdict }) {
  if (verdict === 'added' || verdict === 'removed') return told;
  const row = facts.find(([, , , delta]) => delta === '') ?? facts[0];
  return row ? `${row[0]} ${row[1]} → ${row[2]}` : '';
}

/** @param {Verdict} verdict @param {string} theme */
export function makeSign(verdict, theme) {
  const style = styleOfChange(themeOf(theme), stateOf(verdict));
  return make('i', { class: `sign${style.strong ? '' : ' hollow'}`, 'data-state': stateOf(verdict), 'aria-hidden': 'true', text: style.sign });
}

/** @param {Row[]} rows @param {boolean} isWide  with a column of differences */
export function makeTable(rows, isWide) {
  const head = make('tr', {}, ...['', say('Before'), say('After'), ...(isWide ? [say('Difference')] : [])].map((text) => make('th', { scope: 'col', text })));
  const body = rows.map(([label, before, after, delta]) => {
    const cells = [make('td', { text: before }), make('td', {}, document.createTextNode(after), ...(delta && !isWide ? [make('span', { class: 'delta', text: delta })] : []))];
    if (isWide) cells.push(make('td', { class: 'delta', text: delta }));
    return make('tr', {}, make('th', { scope: 'row', text: say(label) }), ...cells);
  });
  return make('table', { class: 'facts' }, make('thead', {}, head), make('tbody', {}, ...body));
}
