/** Saving files from the page. */

/** Letters, of four bytes at most: file systems take 255 bytes with the suffix. */
const LONGEST_NAME = 60;
/** Names that Windows opens as devices, in every folder. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A file name from a model's name, which a stranger may have written. @param {string} name @param {string} [suffix] */
export function fileName(name, suffix = 'svg') {
  // A hyphen in front would make it an option of a command that is given all files of a folder.
  const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^[._-]+/, '');
  const safe = [...plain].slice(0, LONGEST_NAME).join('');
  return `${DEVICE.test(safe) ? '_' : ''}${safe || 'model'}.${suffix}`;
}

/** @param {string} text @param {string} name @param {string} [type] */
export function download(text, name, type = 'image/svg+xml') {
  saveFrom(URL.createObjectURL(new Blob([text], { type })), name);
}

/** Save what an address leads to; a blob's address is given back. @param {string} address @param {string} name  "" when the server names the file */
export function saveFrom(address, name) {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the blob after the click; a later task is late enough for every engine we know.
  if (address.startsWith('blob:')) setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
