/**
 * Colours, light and dark, for every renderer. The page sets its CSS variables from here (`cssVariables`), so
 * that shell, canvas and SVG match.
 */

/**
 * @typedef {"light"|"dark"} ThemeName
 *
 * @typedef {object} Theme
 * @property {ThemeName} name
 * @property {string} page       background of the shell
 * @property {string} canvas     background of the drawing
 * @property {string} grid       dots on the canvas
 * @property {string} surface    panels, legend, buttons
 * @property {string} box        closed boxes
 * @property {string} boxBorder
 * @property {string[]} scopes   fill of open scopes by depth, alternating
 * @property {string} scopeBorder
 * @property {string} line       hairlines of the shell
 * @property {string} text
 * @property {string} muted      second lines, types, shapes
 * @property {string} faint      hints, disabled
 * @property {string} edge
 * @property {string} edgeLabel
 * @property {string} accent
 * @property {string} accentText text on the accent
 * @property {string} accentSoft
 * @property {string} danger
 * @property {string} dangerSoft
 * @property {string} warning    what is to be noticed, such as code in a file
 * @property {string} warningSoft
 * @property {string[]} ramp     overlay fills from low (near the background) to high
 * @property {string[]} diverging overlay fills from far below over what is as it should be to far above
 * @property {string[]} alarm     overlay fills of what should not be at all, from little to much
 * @property {string[]} levels    overlay fills of nothing, information, warning, error
 * @property {string} unknown    overlay fill where no value is known
 * @property {string[]} categories overlay fills of categories, the first for the most frequent; the last for all further ones
 * @property {Record<string, string>} families  bar colours
 * @property {boolean} [print]    families have patterns besides, see paper.mjs
 */

/**
 * Family colours: chosen so that each has a contrast of 3:1 to the box and any two stay apart for readers with
 * protan, deutan or tritan vision (tests/js/theme.test.mjs measures it). The type is always written as well.
 * @type {Theme}
 */
const LIGHT = {
  name: 'light', page: '#ffffff', canvas: '#fafafb', grid: '#e9ebef', surface: '#ffffff', box: '#ffffff', boxBorder: '#d5dae2',
  scopes: ['#f4f5f8', '#ffffff'], scopeBorder: '#dde1e8', line: '#e6e8ed', text: '#11141b', muted: '#5d6675', faint: '#929bab',
  edge: '#98a1b0', edgeLabel: '#5d6675', accent: '#4f46e5', accentText: '#ffffff', accentSoft: '#eceeff', danger: '#c81e2b', dangerSoft: '#fdecec', warning: '#8a5a00', warningSoft: '#fff4d9',
  ramp: ['#f3f4ff', '#ced3fd', '#9aa0f8', '#6861ee', '#3a2bb0'], unknown: '#f1f2f4',
  diverging: ['#1d5ea8', '#8db9e8', '#ffffff', '#f3b878', '#b3540a'], alarm: ['#fbd5d5', '#c81e2b'],
  levels: ['#ffffff', '#dbe7fb', '#f5c252', '#c81e2b'],
  categories: ['#aa9cec', '#31d8bc', '#e0e05c', '#e47285', '#1e9f1e', '#5c5ce0', '#b4229c', '#766647', '#b9bec8'],
  families: {
    input: '#2b303b', matmul: '#3949c8', elementwise: '#1f9a7c', reduction: '#1d6b45', activation: '#c81c92', normalization: '#a98c14',
    movement: '#5d5f6b', embedding: '#3190f0', regularization: '#a8530a', recurrent: '#a548d6', control: '#703a14', other: '#8094a4',
  },
};

/** @type {Theme} */
const DARK = {
  name: 'dark', page: '#0c0e12', canvas: '#0c0e12', grid: '#1a1e26', surface: '#13161c', box: '#171b22', boxBorder: '#2d3440',
  scopes: ['#11141a', '#0e1116'], scopeBorder: '#262c37', line: '#222833', text: '#eceff5', muted: '#9aa4b5', faint: '#6b7586',
  edge: '#5c6779', edgeLabel: '#9aa4b5', accent: '#8b8cf8', accentText: '#0c0e12', accentSoft: '#20234a', danger: '#f87171', dangerSoft: '#331a1d', warning: '#f2c14e', warningSoft: '#2e2716',
  ramp: ['#1a1c31', '#30306f', '#514eb8', '#8080f4', '#c3c7ff'], unknown: '#1b1f27',
  diverging: ['#66b0f7', '#28578a', '#171b22', '#81501e', '#f2a552'], alarm: ['#4a2427', '#f06464'],
  levels: ['#171b22', '#22395c', '#b98a1f', '#e85c5c'],
  categories: ['#7272e4', '#b68554', '#93c926', '#ec9cd2', '#5e5e12', '#c92693', '#741674', '#2626c9', '#4b5361'],
  families: {
    input: '#dfe4ee', matmul: '#8a93ff', elementwise: '#14a799', reduction: '#35cf74', activation: '#ff74c6', normalization: '#dfa313',
    movement: '#8f8681', embedding: '#3187f5', regularization: '#df6a1c', recurrent: '#d9a4f8', control: '#a9624c', other: '#a9bab6',
  },
};

/** Greys that keep their order in print; families are told apart by patterns. @type {Theme} */
const PAPER = {
  ...LIGHT,
  page: '#ffffff', canvas: '#ffffff', box: '#ffffff', boxBorder: '#595959', scopes: ['#f3f3f3', '#ffffff'], scopeBorder: '#8c8c8c',
  text: '#000000', muted: '#454545', edge: '#4d4d4d', edgeLabel: '#454545', accent: '#262626', accentText: '#ffffff', danger: '#000000', warning: '#ffffff', warningSoft: '#454545',
  ramp: ['#f7f7f7', '#d4d4d4', '#ababab', '#7d7d7d', '#3d3d3d'], unknown: '#ffffff',
  diverging: ['#333333', '#737373', '#a6a6a6', '#d9d9d9', '#ffffff'], alarm: ['#d9d9d9', '#333333'], levels: ['#ffffff', '#d9d9d9', '#969696', '#333333'],
  categories: ['#f2f2f2', '#a6a6a6', '#595959', '#cccccc', '#808080', '#333333', '#e0e0e0', '#6b6b6b', '#bfbfbf'],
  families: Object.fromEntries(Object.keys(LIGHT.families).map((family) => [family, '#000000'])), print: true,
};

export const SANS = "Inter, 'Helvetica Neue', Arial, sans-serif";
export const MONO = "'JetBrains Mono', 'SFMono-Regular', Menlo, Consolas, monospace";

/** @param {string} name @returns {Theme} the dark theme for "dark", that of print for "paper", else the light one */
export function themeOf(name) {
  if (name === 'paper') return PAPER;
  return name === 'dark' ? DARK : LIGHT;
}

/** Bar colour of a family. @param {Theme} theme @param {string} family */
export function familyColor(theme, family) {
  return theme.families[family] ?? theme.families.other;
}

/** Fill of an open scope. @param {Theme} theme @param {number} depth 1 for the children of the root */
export function scopeFill(theme, depth) {
  return theme.scopes[(depth + 1) % theme.scopes.length];
}

/** The theme as CSS custom properties, e.g. "--gs-accent". @param {Theme} theme @returns {Record<string, string>} */
export function cssVariables(theme) {
  /** @type {Record<string, string>} */
  const variables = { '--gs-font-sans': SANS, '--gs-font-mono': MONO };
  for (const [name, value] of Object.entries(theme)) {
    if (typeof value === 'string') variables[`--gs-${kebab(name)}`] = value;
  }
  for (const [family, color] of Object.entries(theme.families)) variables[`--gs-family-${family}`] = color;
  return variables;
}

/** @param {string} name */
function kebab(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
