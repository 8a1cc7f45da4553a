/** A card that a button opens; Escape, the button and a press elsewhere close it. */

/** @param {HTMLElement} button @param {HTMLElement} card */
export function connectPopover(button, card) {
  const show = (/** @type {boolean} */ open) => {
    card.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
  };
  button.addEventListener('click', () => {
    show(card.hidden === true);
    if (!card.hidden) card.focus();
  });
  card.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    show(false);
    button.focus();
  });
  card.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('.menu-item')) show(false);
  });
  document.addEventListener('pointerdown', (event) => {
    const inside = event.target instanceof Node && (card.contains(event.target) || button.contains(event.target));
    if (!inside) show(false);
  });
}
