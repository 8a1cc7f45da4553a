/**
 * Parts of the static shell that follow from the modules: the preloads of index.html and the palette in
 * graphscope.css. `node tests/js/page/shell.mjs --write` brings both up to date; the tests compare.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cssVariables, themeOf } from '../../../assets/core/theme.mjs';

export const ASSETS = join(dirname(fileURLToPath(import.meta.url)), '../../../assets');
const INDEX = join(ASSETS, 'index.html');
const STYLES = join(ASSETS, 'graphscope.css');

/** Modules that a module loads, itself first. @param {string} entry  path below assets @returns {string[]} */
export function modulesOf(entry) {
  const found = new Set([entry]);
  for (const module of found) {
    const text = readFileSync(join(ASSETS, module), 'utf8');
    for (const [, path] of text.matchAll(/^(?:import|export)[^;]*?from '(\.[^']+)';$/gm)) found.add(posix.join(posix.dirname(module), path));
  }
  return [...found];
}

/** @returns {string} */
function makePreloads() {
  const page = modulesOf('page/main.mjs');
  return page.slice(1).sort().map((module) => `<link rel="modulepreload" href="/assets/${module}">`).join('\n');
}

/** @param {string} text @returns {string} */
export function withPreloads(text) {
  return text.replace(/(<!-- modules:[^\n]*-->\n)[\s\S]*?(<!-- \/modules -->)/, (_, start, end) => `${start}${makePreloads()}\n${end}`);
}

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
  writeFileSync(INDEX, withPreloads(readIndex()));
  writeFileSync(STYLES, withPalette(readStyles()));
}
