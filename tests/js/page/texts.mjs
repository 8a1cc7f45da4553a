/** All texts that the page may show, read from its sources: what a translator has to translate. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ASSETS } from './shell.mjs';

const LITERAL = /'((?:[^'\\]|\\.)*)'/g;
const MARKS = /\b(?:say|sayable|count|countOf)\(/g;
const FIELDS = /\b(?:label|group): '((?:[^'\\]|\\.)*)'/g;
const SPOKEN = /\b(?:aria-label|aria-roledescription|title|placeholder)="([^"]+)"/g;

/** @returns {Map<string, string>} text -> a file that has it */
export function textsOfModules() {
  const texts = new Map();
  for (const folder of ['page', 'compare', 'offline', 'core']) {
    for (const name of modulesIn(folder)) {
      const source = readFileSync(join(ASSETS, folder, name), 'utf8');
      for (const text of textsOf(source)) texts.set(text, `${folder}/${name}`);
    }
  }
  return texts;
}

/** @param {string} folder */
function modulesIn(folder) {
  try {
    return readdirSync(join(ASSETS, folder), { recursive: true }).map(String).filter((name) => name.endsWith('.mjs') && !name.startsWith('languages'));
  } catch {
    return []; // there are no such pages
  }
}

/** @param {string} source @returns {string[]} */
export function textsOf(source) {
  const code = source.replace(/^\s*(?:\/?\*|\/\/).*$/gm, '');
  const found = [];
  for (const mark of code.matchAll(MARKS)) {
    const call = callFrom(code, mark.index + mark[0].length);
    // Values are no texts; conditions compare with words of the program, and functions are asked by such.
    const spoken = mark[0].startsWith('say') ? withoutCalls(firstArgument(call)) : call;
    for (const [, text] of spoken.replace(/[!=]==? '[^']*'/g, '').matchAll(LITERAL)) found.push(unescape(text));
  }
  if (code.includes('commands.add') || code.includes('dock.add') || code.includes('@type {Command')) for (const [, text] of code.matchAll(FIELDS)) found.push(unescape(text));
  return found.filter((text) => /\p{L}{2}/u.test(text.replace(/\{\w+\}/g, '')));
}

/** What is between the parentheses. @param {string} code @param {number} start behind the opening one */
function callFrom(code, start) {
  let depth = 1;
  let quote = '';
  for (let at = start; at < code.length; at++) {
    const letter = code[at];
    if (quote) {
      if (letter === '\\') at++;
      else if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '`' || letter === '"') quote = letter;
    else if (letter === '(' || letter === '{' || letter === '[') depth++;
    else if ((letter === ')' || letter === '}' || letter === ']') && --depth === 0) return code.slice(start, at);
  }
  return code.slice(start);
}

/** @param {string} code */
function withoutCalls(code) {
  for (let before = ''; before !== code; ) {
    before = code;
    code = code.replace(/\w+\([^()]*\)/g, '');
  }
  return code;
}

/** @param {string} call */
function firstArgument(call) {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < call.length; at++) {
    const letter = call[at];
    if (quote) {
      if (letter === '\\') at++;
      else if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '`' || letter === '"') quote = letter;
    else if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter)) depth--;
    else if (letter === ',' && depth === 0) return call.slice(0, at);
  }
  return call;
}

/** @param {string} text */
function unescape(text) {
  return text.replace(/\\u([0-9a-fA-F]{4})/g, (_, code) => String.fromCharCode(parseInt(code, 16))).replace(/\\(.)/g, '$1');
}

/** What a page of HTML says. @param {string} html @returns {string[]} */
export function textsOfHtml(html) {
  const body = html.slice(html.indexOf('<body')).replace(/<!--[\s\S]*?-->|<template[\s\S]*?<\/template>|<script[\s\S]*?<\/script>|\{%\w+%\}/g, '');
  const attributes = [...body.matchAll(SPOKEN)].map(([, text]) => text);
  const nodes = body.split(/<[^>]*>/).map((text) => text.trim());
  return [...attributes, ...nodes].filter((text) => /[A-Za-z]{2}/.test(text) && !text.includes('&nbsp;') && text !== 'graphscope');
}
