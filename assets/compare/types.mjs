/**
 * What the page of a comparison is told by `comparison.json`; made by graphscope/app/comparing/present.py.
 *
 * @typedef {'added'|'removed'|'changed'|'follows'} Verdict
 * @typedef {[label: string, before: string, after: string, delta: string]} Row
 *
 * @typedef {object} Member
 * @property {string} name
 * @property {string|null} item    id in the merged graph; null for a layer that nobody calls
 * @property {string|null} before  ids in the two graphs, where it is in them
 * @property {string|null} after
 *
 * @typedef {object} Group   the same change of one call or of several
 * @property {Verdict} verdict
 * @property {string} title
 * @property {string} type
 * @property {string} told   what an added or removed call amounts to
 * @property {Row[]} facts
 * @property {Member[]} members
 *
 * @typedef {object} Comparison
 * @property {string} before  names
 * @property {string} after
 * @property {'ops'|'layers'|'weights'} level
 * @property {number} batch
 * @property {string[]} notes
 * @property {Record<'added'|'removed'|'changed'|'same', number>} counts
 * @property {Row[]} totals
 * @property {Group[]} groups
 * @property {[string, string][]} pairs        ids before and after
 * @property {Record<string, string>} removed  ids in the merged graph -> ids before, where they differ
 *
 * @typedef {'merged'|'beside'} Mode
 *
 * @typedef {object} CompareState
 * @property {Mode} mode
 * @property {number} change    the chosen group, or -1
 * @property {number} member    which of its members is shown
 * @property {Set<Verdict>} kinds  that the list shows
 */

export {};
