/** What hangs below the search field: count and switches, the list, the help. */

import { say } from '../core/language.mjs';
import { make, setText } from './dom.mjs';
import { listenToRadios, markRadios } from './keyboard.mjs';
import { makeSearchHelp } from './search_help.mjs';

/**
 * @typedef {object} PanelActions
 * @property {(finding: 'highlight'|'filter') => void} setFinding
 * @property {() => void} list       show all results in the panel below the graph
 * @property {(query: string) => void} ask
 */

export class SearchPanel {
  /** @param {HTMLElement} list @param {PanelActions} actions */
  constructor(list, actions) {
    this.list = list;
    this.element = make('div', { class: 'search-panel', hidden: '' });
    this.count = make('span', { class: 'search-told' });
    this.complaint = make('p', { class: 'search-complaint', hidden: '' });
    this.finding = this.makeFinding(actions);
    this.all = make('button', { type: 'button', class: 'search-button', text: say('List all') });
    this.all.addEventListener('click', () => actions.list());
    this.helpButton = make('button', { type: 'button', class: 'search-button', 'aria-expanded': 'false', text: say('Help') });
    this.helpButton.addEventListener('click', () => this.showHelp(this.help.hidden === true));
    this.help = makeSearchHelp(actions.ask);
    this.head = make('div', { class: 'search-head' }, this.count, this.finding, this.all, this.helpButton);
    list.replaceWith(this.element);
    list.hidden = false;
    this.element.append(this.head, this.complaint, list, this.help);
    this.showHelp(false);
  }

  /** @param {PanelActions} actions */
  makeFinding(actions) {
    const group = make('div', { class: 'segmented search-finding', role: 'radiogroup', 'aria-label': say('What is found') });
    for (const [value, label, title] of [['highlight', 'Highlight', 'Mark what is found'], ['filter', 'Filter', 'Fade everything else']]) {
      group.append(make('button', { type: 'button', role: 'radio', 'data-finding': value, text: say(label), title: say(title) }));
    }
    listenToRadios(group, (button) => actions.setFinding(button.dataset.finding === 'filter' ? 'filter' : 'highlight'));
    return group;
  }

  /** @param {boolean} shown */
  showHelp(shown) {
    this.help.hidden = !shown;
    this.list.hidden = shown;
    this.helpButton.setAttribute('aria-expanded', String(shown));
  }

  /** @param {'highlight'|'filter'} finding */
  markFinding(finding) {
    markRadios(this.finding, (button) => button.dataset.finding === finding);
  }

  /** @param {string} told  how many were found @param {string} complaint  what is wrong with the query @param {boolean} any  whether anything was found */
  tell(told, complaint, any) {
    setText(this.count, told);
    this.complaint.hidden = complaint === '';
    setText(this.complaint, complaint);
    this.finding.hidden = !any;
    this.all.hidden = !any;
  }
}
