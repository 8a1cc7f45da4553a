/** The core must stay joinable into one script: see the contract with graphscope/exporters. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';

import { exportSvg } from '../../assets/core/headless.mjs';
import { moeTransformer } from './samples.mjs';

const CORE = new URL('../../assets/core/', import.meta.url);

function coreFiles() {
  return readdirSync(CORE, { recursive: true }).filter((name) => name.endsWith('.mjs')).sort();
}

function source(name) {
  return readFileSync(new URL(name, CORE), 'utf8');
}

/** Files in dependency order, imports and exports stripped. */
function joined(entry) {
  const seen = new Set();
  const parts = [];
  const add = (url) => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const text = readFileSync(url, 'utf8');
    for (const [, path] of text.matchAll(/^import \{[^}]*\} from '([^']+)';$/gm)) add(new URL(path, url));
    parts.push(text.replace(/^import .*$/gm, '').replace(/^export /gm, ''));
  };
  add(new URL(entry, CORE));
  return parts.join('\n');
}

test('only simple imports and exports', () => {
  for (const name of coreFiles()) {
    for (const line of source(name).split('\n')) {
      if (/^\s*import\b/.test(line)) assert.match(line, /^import \{ [\w, ]+ \} from '\.{1,2}\/[\w/.]+\.mjs';$/, `${name}: ${line}`);
      if (/^\s*export\b/.test(line)) assert.match(line, /^export (function|const|class) /, `${name}: ${line}`);
    }
    assert.doesNotMatch(source(name), /import\.meta|[^@]\bimport\(/, name);
  }
});

test('top-level names are unique across files', () => {
  const owner = new Map();
  for (const name of coreFiles()) {
    for (const [, declared] of source(name).matchAll(/^(?:export )?(?:function|const|let|class) (\w+)/gm)) {
      assert.ok(!owner.has(declared), `${declared} is declared in ${owner.get(declared)} and in ${name}`);
      owner.set(declared, name);
    }
  }
});

test('joined into one script it runs in an engine that knows nothing but ECMAScript', () => {
  const document = JSON.stringify(moeTransformer(2, 9).raw());
  const options = '{"openAll":true,"overlay":"parameters"}';
  const context = vm.createContext({ documentText: document, optionsText: options });
  const svg = vm.runInContext(`${joined('headless.mjs')}\nexportSvg(documentText, optionsText)`, context);
  assert.equal(svg, exportSvg(document, options));
});

test('files are short', () => {
  for (const name of coreFiles()) assert.ok(source(name).split('\n').length <= 320, name);
});
