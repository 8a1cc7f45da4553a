/** What a page shows, in one place. Its parts read it and are told which fields changed. */

/** @template {object} Fields */
export class Store {
  /** @param {Fields} initial */
  constructor(initial) {
    /** @type {Fields} */
    this.now = initial;
    /** @type {{keys: (keyof Fields)[], listener: (now: Fields) => void}[]} */
    this.listeners = [];
  }

  /** @param {Partial<Fields>} patch  fields with their new values; equal values are no change */
  set(patch) {
    const changed = new Set(
      /** @type {(keyof Fields)[]} */ (Object.keys(patch)).filter((key) => this.now[key] !== patch[key]),
    );
    if (changed.size === 0) return;
    this.now = { ...this.now, ...patch };
    for (const { keys, listener } of this.listeners) {
      if (keys.some((key) => changed.has(key))) listener(this.now);
    }
  }

  /** @param {(keyof Fields)[]} keys @param {(now: Fields) => void} listener */
  on(keys, listener) {
    this.listeners.push({ keys, listener });
  }
}
