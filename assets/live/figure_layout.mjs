/** Axes, fonts and the card beside the pointer, in the page's colours. Pure. */

import { mixColors } from '../core/color.mjs';
import { MONO, SANS } from '../core/theme.mjs';
import { yFormat } from './axis_units.mjs';

/**
 * @import {Theme} from '../core/theme.mjs'
 * @import {LivePage} from './types.mjs'
 * @import {CardFacts} from './metric_cards.mjs'
 * @import {XScale} from './axis_units.mjs'
 */

/** Plotly without its buttons: the page has its own. */
export const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false, responsive: false, showTips: false };

const MARGIN = { l: 50, r: 14, t: 8, b: 26 };

/** @param {{card: CardFacts, now: LivePage, theme: Theme, scale: XScale, size: {width: number, height: number}, tellsAll: boolean}} given */
export function makeLayout({ card, now, theme, scale, size, tellsAll }) {
  const span = now.zoom[card.key];
  const axis = {
    gridcolor: mixColors(theme.surface, theme.line, 0.85), gridwidth: 1, zeroline: false, showline: false, ticks: '', automargin: false,
    tickfont: { family: MONO, size: 10, color: theme.muted },
  };
  return {
    width: size.width, height: size.height, margin: MARGIN, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
    showlegend: false, dragmode: 'zoom', hovermode: tellsAll ? 'x unified' : 'closest', hoverdistance: 24,
    font: { family: SANS, size: 11, color: theme.text },
    hoverlabel: { bgcolor: theme.box, bordercolor: theme.boxBorder, font: { family: SANS, size: 11, color: theme.text }, namelength: -1 },
    xaxis: {
      ...axis, type: now.logX ? 'log' : 'linear', showgrid: false, ticksuffix: scale.suffix, showticksuffix: 'last', nticks: 6, spikethickness: 1, spikecolor: theme.faint, spikedash: 'solid',
      tickformat: scale.suffix ? '' : '~s', hoverformat: scale.suffix ? '.3~f' : ',.6~r', unifiedhovertitle: { text: `${now.x === 'time' ? '' : `${now.x} `}%{x}${scale.suffix}` },
      ...rangeOf(span ? [span[0] / scale.factor, span[1] / scale.factor] : null, now.logX),
    },
    yaxis: { ...axis, ...yFormat(card.key), type: now.logY ? 'log' : 'linear', fixedrange: true, nticks: 6, autorange: true },
  };
}

/** @param {[number, number]|null} ends @param {boolean} isLog */
function rangeOf(ends, isLog) {
  if (!ends) return { autorange: true };
  return { autorange: false, range: isLog ? ends.map((end) => Math.log10(Math.max(end, 1e-9))) : ends };
}
