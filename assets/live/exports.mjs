/** Saving charts as pictures, and the numbers behind them as tables. */

import { themeOf } from '../core/theme.mjs';
import { saveFrom } from '../page/save.mjs';
import { embedFonts, makeSheet, readSvgAddress, toPng } from './sheet.mjs';

/**
 * @import {LivePage, Run} from './types.mjs'
 * @import {Card} from './card.mjs'
 *
 * @typedef {{now: LivePage, runs: Run[], colours: Map<string, string>, tell: (error: unknown) => void}} Exported
 */

/** @param {Card[]} cards  those that are drawn @param {string[]} metrics @param {string} name  of the files @param {() => Exported} given */
export function exportItems(cards, metrics, name, given) {
  const picture = (/** @type {'svg'|'png'} */ format) => () => void savePicture(cards, format, name, given());
  /** @type {{text: string, hint: string, act: () => void}[]} */
  const items = [
    { text: 'PNG', hint: 'picture, twice the size', act: picture('png') },
    { text: 'SVG', hint: 'picture for a paper', act: picture('svg') },
  ];
  for (const [text, format] of [['CSV', 'csv'], ['Parquet', 'parquet']]) {
    for (const per of pacesOf(metrics, given().now)) {
      items.push({ text, hint: `numbers per ${per}`, act: () => saveTable(format, `${per}s`, metrics, given()) });
    }
  }
  return items;
}

/** Numbers of steps and of epochs do not fit one table. @param {string[]} metrics @param {LivePage} now */
function pacesOf(metrics, { live }) {
  const paces = new Set(live?.metrics.filter(({ name }) => metrics.includes(name)).flatMap(({ per }) => per));
  return ['step', 'epoch'].filter((per) => paces.has(per));
}

/** @param {Card[]} cards @param {'svg'|'png'} format @param {string} name @param {Exported} given */
async function savePicture(cards, format, name, { now, runs, colours, tell }) {
  try {
    const drawn = cards.filter((card) => card.plotly !== null);
    if (drawn.length === 0) throw new Error('There is no chart to save: open a section first.');
    const charts = await Promise.all(drawn.map((card) => pictureOf(card)));
    const sheet = makeSheet({
      theme: themeOf(now.theme), x: drawn[0].figure?.scale.word ?? now.x, charts, columns: drawn.length > 4 ? 3 : 2,
      runs: runs.map((run) => ({ name: run.name, colour: colours.get(run.key) ?? '' })), fonts: await embedFonts(),
    });
    const blob = format === 'svg' ? new Blob([sheet.svg], { type: 'image/svg+xml' }) : await toPng(sheet);
    saveFrom(URL.createObjectURL(blob), `${name}.${format}`);
  } catch (error) {
    tell(error);
  }
}

/** @param {Card} card */
async function pictureOf(card) {
  const size = card.size();
  const address = await card.plotly.toImage(card.plot, { format: 'svg', ...size });
  return { title: card.facts.key, svg: readSvgAddress(address), ...size, hasValidation: card.facts.metrics.length > 1 };
}

/** @param {string} format @param {string} content @param {string[]} metrics @param {Exported} given */
function saveTable(format, content, metrics, { now, runs }) {
  const paced = now.live?.metrics.filter(({ name, per }) => metrics.includes(name) && per.includes(content.slice(0, -1))).map(({ name }) => name) ?? [];
  const query = new URLSearchParams({ runs: runs.map((run) => run.key).join(','), metrics: paced.join(','), content });
  saveFrom(`live/export.${format}?${query}`, '');
}
