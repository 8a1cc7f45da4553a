// What a page must keep so that everybody can use it, as far as a program can check it: names, roles, references and
// contrast (WCAG 2.2 AA, WAI-ARIA 1.2). Evaluates to a list of faults in words; an empty list is good.
() => {
  const faults = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0;
  const clipped = (element) => element.closest('.visually-hidden, .skip') !== null;
  const hidden = (element) => element.closest('[aria-hidden="true"]') !== null;
  // Behind an open dialog nothing can be used.
  const modal = document.querySelector('dialog[open]');
  const all = [...(modal ?? document.body).querySelectorAll('*')].filter((element) => shown(element) && !clipped(element));
  const tell = (element, what) => {
    const name = element.id ? `#${element.id}` : `${element.tagName.toLowerCase()}.${element.className?.baseVal ?? element.className}`;
    faults.push(`${name} "${(element.textContent ?? '').trim().slice(0, 30)}": ${what}`);
  };

  // ---- names ----
  const textOf = (ids) => ids.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim();
  const nameOf = (element) =>
    (element.getAttribute('aria-label') ?? '').trim() ||
    textOf(element.getAttribute('aria-labelledby') ?? '') ||
    [...(element.labels ?? [])].map((label) => label.textContent).join(' ').trim() ||
    (/^(BUTTON|A|SUMMARY|LI|TD|TH|DIV|SPAN)$/.test(element.tagName) ? (element.textContent ?? '').trim() : '') ||
    (element.getAttribute('alt') ?? element.getAttribute('title') ?? '').trim();
  const NAMED = 'button, a[href], input, select, textarea, summary, dialog, [role=button], [role=tab], [role=radio], [role=option], [role=treeitem], [role=combobox], [role=listbox], [role=tree], [role=grid], [role=tablist], [role=radiogroup], [role=group], [role=dialog], [role=region], [role=separator], [role=slider], [role=application], [role=menu], [role=menuitem], [role=tabpanel], nav, aside, section[aria-label]';
  for (const element of all) if (element.matches(NAMED) && !hidden(element) && nameOf(element) === '') tell(element, 'has no name');
  for (const element of all) if (element.matches('img:not([alt])')) tell(element, 'has no alt');

  // ---- references and ids ----
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) faults.push(`the id "${id}" is there twice`);
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-activedescendant', 'aria-owns']) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(/\s+/)) {
        if (id && document.getElementById(id) === null && shown(element)) tell(element, `${attribute} names "${id}", which does not exist`);
      }
    }
  }

  // ---- roles that need others ----
  const PARENTS = { tab: '[role=tablist]', radio: '[role=radiogroup]', option: '[role=listbox], select', treeitem: '[role=tree], [role=group]', row: '[role=grid], [role=table], [role=treegrid], [role=rowgroup]', gridcell: '[role=row]' };
  for (const [role, parent] of Object.entries(PARENTS)) {
    for (const element of all) if (element.getAttribute('role') === role && element.parentElement?.closest(parent) === null) tell(element, `role ${role} outside of ${parent}`);
  }
  for (const group of all.filter((element) => element.matches('[role=radiogroup], [role=tablist]'))) {
    const choices = [...group.querySelectorAll('[role=radio], [role=tab]')].filter(shown);
    const stops = choices.filter((choice) => choice.tabIndex === 0);
    if (choices.length > 0 && stops.length !== 1) tell(group, `has ${stops.length} tab stops among ${choices.length} choices, not one`);
  }
  for (const element of all) if (element.tabIndex > 0) tell(element, 'has a tab stop out of order');
  for (const element of all) {
    if (hidden(element) && element.tabIndex === 0) tell(element, 'can be focused, but is hidden from screen readers');
  }

  // ---- the page ----
  if (!document.documentElement.lang) faults.push('the page does not say its language');
  if (!document.title) faults.push('the page has no title');
  if (!modal && document.querySelectorAll('main').length !== 1) faults.push('the page has not exactly one main part');

  // ---- size of targets: 24 px, or as much room around (2.5.8); links in running text are free ----
  for (const element of all) {
    if (!element.matches('button, select, [role=tab], [role=radio]') || element.matches('.gs-link, [data-select]') || element.closest('.run-marks')) continue;
    const { width, height } = element.getBoundingClientRect();
    if (Math.min(width, height) < 23.5) tell(element, `is ${width.toFixed(0)} × ${height.toFixed(0)} px, smaller than 24 × 24`);
  }

  // ---- contrast of text ----
  // Colours are drawn and read back, so that every notation of CSS is understood.
  const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const parsed = new Map();
  const parse = (color) => {
    if (parsed.has(color)) return parsed.get(color);
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    parsed.set(color, [r, g, b, a / 255]);
    return parsed.get(color);
  };
  const over = (top, ground) => top.slice(0, 3).map((c, i) => c * top[3] + ground[i] * (1 - top[3]));
  const groundOf = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return null; // a picture: no single colour
      const color = parse(style.backgroundColor);
      if (color[3] > 0) layers.push(color);
      if (color[3] === 1) break;
    }
    return layers.reverse().reduce((ground, layer) => over(layer, ground), [255, 255, 255]);
  };
  const luminance = (color) => {
    const [r, g, b] = color.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const element of all) {
    const says = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim() !== '');
    if (!says || element.closest('svg, :disabled, [aria-disabled="true"], noscript')) continue;
    const ground = groundOf(element);
    if (ground === null) continue;
    const style = getComputedStyle(element);
    const ink = over(parse(style.color), ground);
    const [low, high] = [luminance(ink), luminance(ground)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5) - 0.01) tell(element, `contrast ${ratio.toFixed(2)} (${style.color} on ${ground.map(Math.round)})`);
  }
  return faults;
}
