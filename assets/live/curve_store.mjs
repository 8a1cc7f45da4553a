/**
 * The points of curves, kept by run, metric and window. Only what is missing or has grown is asked for; what is old is
 * drawn until the new is here.
 */

/**
 * @import {Curve, LivePage, Run, Span} from './types.mjs'
 * @import {CardFacts} from './metric_cards.mjs'
 *
 * @typedef {{version: number, settings: string, curve: Curve|null}} Kept
 */

/** Points of all curves of a card together, and the bounds for one: more than pixels would not be seen. */
const POINTS_PER_CARD = 12000;
const MOST_POINTS = 1200;
const FEWEST_POINTS = 300;

/** More is forgotten: windows that nobody looks at any more, runs that were deleted. */
const MOST_KEPT = 4000;

/** No answer came: the poll notices that as well, and its banner says so. */
export class ServerAway extends Error {}

/** @param {unknown} error @returns {never} */
function rethrow(error) {
  throw error instanceof TypeError ? new ServerAway(error.message) : error;
}

export class CurveStore {
  constructor() {
    /** @type {Map<string, Kept>} */
    this.kept = new Map();
    /** @type {AbortController|null} */
    this.asking = null;
  }

  /** Forget everything: the server is another one. */
  clear() {
    this.abort();
    this.kept.clear();
  }

  abort() {
    this.asking?.abort();
  }

  /** The curves of a card, as far as they are here. @param {CardFacts} card @param {Run[]} runs @param {LivePage} now @returns {Curve[]} */
  curvesOf(card, runs, now) {
    const span = now.zoom[card.key];
    const found = [];
    for (const run of runs) {
      for (const metric of card.metrics) {
        const curve = (this.kept.get(keyOf(run.key, metric, span, now.x)) ?? this.kept.get(keyOf(run.key, metric, undefined, now.x)))?.curve;
        if (curve) found.push(curve);
      }
    }
    return found;
  }

  /**
   * Ask for what these cards lack. Cards that show a window are asked for one by one.
   * @param {CardFacts[]} cards @param {Run[]} runs @param {LivePage} now
   */
  async load(cards, runs, now) {
    this.asking = new AbortController();
    if (this.kept.size > MOST_KEPT) this.kept.clear();
    const whole = cards.filter((card) => !now.zoom[card.key]);
    const parts = cards.filter((card) => now.zoom[card.key]).map((card) => [card]);
    for (const together of [whole, ...parts]) await this.loadTogether(together, runs, now, this.asking.signal);
  }

  /** @param {CardFacts[]} cards @param {Run[]} runs @param {LivePage} now @param {AbortSignal} signal */
  async loadTogether(cards, runs, now, signal) {
    const metrics = cards.flatMap((card) => card.metrics);
    const span = cards.length ? now.zoom[cards[0].key] : undefined;
    const settings = settingsOf(now, runs.length);
    const lacks = (/** @type {Run} */ run, /** @type {string} */ metric) => {
      const kept = this.kept.get(keyOf(run.key, metric, span, now.x));
      return !kept || kept.version !== run.version || kept.settings !== settings;
    };
    const lacking = runs.filter((run) => metrics.some((metric) => lacks(run, metric)));
    const wanted = metrics.filter((metric) => lacking.some((run) => lacks(run, metric)));
    if (wanted.length === 0) return;
    const answer = await fetch(`live/curves.json?${queryOf(lacking, wanted, span, now, runs.length)}`, { signal }).catch(rethrow);
    if (!answer.ok) throw new Error(`The server answered ${answer.status} when asked for curves.`);
    const { curves } = /** @type {{curves: Curve[]}} */ (await answer.json());
    const byName = new Map(curves.map((curve) => [`${curve.run}\n${curve.metric}`, curve]));
    for (const run of lacking) {
      for (const metric of wanted) {
        const curve = byName.get(`${run.key}\n${metric}`) ?? null;
        this.kept.set(keyOf(run.key, metric, span, now.x), { version: run.version, settings, curve });
      }
    }
  }
}

/** Curves of another x axis are not shown meanwhile, those of another smoothing are. @param {string} run @param {string} metric @param {Span|undefined} span @param {string} x */
function keyOf(run, metric, span, x) {
  return [run, metric, x, ...(span ?? [])].join('\n');
}

/** @param {LivePage} now @param {number} runs */
function settingsOf(now, runs) {
  return `${now.smoothing} ${pointsFor(runs)}`;
}

/** Few steps between numbers of points: hiding one run of twenty asks for nothing. @param {number} runs */
export function pointsFor(runs) {
  const fair = POINTS_PER_CARD / Math.max(runs, 1);
  return 2 ** Math.round(Math.log2(Math.min(Math.max(fair, FEWEST_POINTS), MOST_POINTS)));
}

/** @param {Run[]} runs @param {string[]} metrics @param {Span|undefined} span @param {LivePage} now @param {number} shown */
function queryOf(runs, metrics, span, now, shown) {
  const fields = new URLSearchParams({
    runs: runs.map((run) => run.key).join(','),
    metrics: metrics.join(','),
    x: now.x,
    points: String(pointsFor(shown)),
    smoothing: String(now.smoothing),
  });
  if (span) {
    fields.set('first', String(span[0]));
    fields.set('last', String(span[1]));
  }
  return fields.toString();
}
