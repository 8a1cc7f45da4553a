/**
 * The palette in graphscope.css, which must be the one of core/theme.mjs. `node tests/js/page/shell.mjs --write`
 * brings it up to date; the tests compare.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cssVariables, themeOf } from '../../../assets/core/theme.mjs';

export const ASSETS = join(dirname(fileURLToPath(import.meta.url)), '../../../assets');
const INDEX = join(ASSETS, 'index.html');
const STYLES = join(ASSETS, 'graphscope.css');

/** @param {string} text @returns {string} */
export function withPalette(text) {
  const names = ['light', 'dark'];
  return text.replace(/(  \/\* core palette \*\/\n)[\s\S]*?(  \/\* end of core palette \*\/)/g, (_, start, end) => {
    const lines = Object.entries(cssVariables(themeOf(names.shift() ?? ''))).map(([name, value]) => `  ${name}: ${value};\n`);
    return start + lines.join('') + end;
  });
}

/** @param {string} folder  below assets */
export function filesIn(folder) {
  return readdirSync(join(ASSETS, folder), { recursive: true }).map(String).filter((name) => name.endsWith('.mjs'));
}

export const readIndex = () => readFileSync(INDEX, 'utf8');
export const readStyles = () => readFileSync(STYLES, 'utf8');

if (process.argv.includes('--write')) {
  writeFileSync(STYLES, withPalette(readStyles()));
}
