/** Writing XML: names in models are hostile text. */

/**
 * Text that is safe inside an element or an attribute value, whatever a model's author put into it.
 *
 * Characters that XML 1.0 forbids, lone surrogates and marks that reorder text become U+FFFD.
 * @param {string} text
 */
export function escapeXml(text) {
  return cleanText(String(text)).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** @param {string} text */
function cleanText(text) {
  return text
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, '\ufffd')
    .replace(/(^|[^\ud800-\udbff])[\udc00-\udfff]/g, '$1\ufffd')
    .replace(/(^|[^\ud800-\udbff])[\udc00-\udfff]/g, '$1\ufffd')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/**
 * One element. Attributes that are null or "" are left out.
 * @param {string} name
 * @param {Record<string, string|number|null>} attributes
 * @param {string} [content] markup
 */
export function element(name, attributes, content = '') {
  let text = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== '') text += ` ${key}="${typeof value === 'number' ? shortDecimal(value) : escapeXml(value)}"`;
  }
  return content === '' ? `${text}/>` : `${text}>${content}</${name}>`;
}

/** At most two decimals, without trailing zeros. @param {number} value */
export function shortDecimal(value) {
  return String(Math.round(value * 100) / 100);
}
