/**
 * What the server of the live page tells, and what the page itself knows.
 *
 * @typedef {number|'NaN'|'Infinity'|'-Infinity'|null} Scalar  JSON has no word for what is no number
 *
 * @typedef {object} Metric
 * @property {string} name
 * @property {string} group                 "train", "validation", "time", "memory", "rate" or "other"
 * @property {'min'|'max'|null} direction   which values are better, where its name says so
 * @property {string[]} per                 "step", "epoch"
 *
 * @typedef {object} Alert
 * @property {string} id
 * @property {string} rule
 * @property {'error'|'warning'|'info'} severity
 * @property {string} symptom
 * @property {string} title
 * @property {string} text
 * @property {number|null} first_step
 * @property {number|null} first_epoch
 * @property {string[]} layers
 * @property {string[]} lines
 * @property {string[]} evidence           what it is told by
 * @property {string[]} fixes
 * @property {string|null} metric
 *
 * @typedef {object} RunEvent
 * @property {string} kind
 * @property {number} step
 * @property {string} text
 *
 * @typedef {object} RunMetric
 * @property {Scalar} last
 * @property {Scalar} best
 * @property {number|null} best_at
 * @property {string} per
 *
 * @typedef {object} Run
 * @property {string} key
 * @property {string} name
 * @property {string} status
 * @property {string} status_text
 * @property {number} started               seconds since 1970
 * @property {number} updated
 * @property {number} duration              seconds
 * @property {number} step
 * @property {number} epochs
 * @property {number|null} planned_epochs
 * @property {number} writers
 * @property {number} version
 * @property {number|null} overhead         part of the training's time, 0 to 1
 * @property {number|null} speed            samples per second
 * @property {Record<string, RunMetric>} metrics
 * @property {Record<string, unknown>} config
 * @property {Record<string, unknown>} environment
 * @property {Alert[]} alerts
 * @property {RunEvent[]} events
 * @property {string[]} notes
 * @property {string|null} graph            address of the run's model
 *
 * @typedef {object} LiveState
 * @property {number|string} version
 * @property {string} root
 * @property {number} now
 * @property {boolean} [reading]           whether there is more that was not read yet
 * @property {string[]} notes
 * @property {Metric[]} metrics
 * @property {string[]} differing
 * @property {Run[]} runs
 *
 * @typedef {object} Curve
 * @property {string} run
 * @property {string} metric
 * @property {string} per
 * @property {number[]} x
 * @property {(number|null)[]} y
 * @property {(number|null)[]|null} smooth
 * @property {number[]} steps
 * @property {number} total
 * @property {{x: number, y: number, step: number}|null} best
 * @property {{x: number, step: number, value: string}[]} nonfinite
 *
 * @typedef {[number, number]} Span  first and last, in units of the x axis
 *
 * @typedef {object} View  what an address can say of the page
 * @property {'step'|'epoch'|'time'} x
 * @property {number} smoothing             0 to 0.99
 * @property {boolean} logX
 * @property {boolean} logY
 * @property {string[]} hidden              keys of runs
 * @property {Record<string, number>} colours  places in the palette, by key of run
 * @property {string} sort                  a column, with "-" before it when descending
 * @property {string} find                  text that runs are filtered by
 * @property {string} metricFind            text that metrics are filtered by
 * @property {string[]} selected            keys of at most two runs
 * @property {boolean} comparing
 * @property {string[]} turned              groups that are not as they are at first, open or folded
 * @property {string[]} wide                cards that take a whole row
 * @property {Record<string, Span>} zoom    by card
 *
 * @typedef {'starting'|'live'|'stopped'|'refused'} Connection
 *
 * @typedef {View & {live: LiveState|null, connection: Connection, theme: 'light'|'dark', pointed: string, lastNews: number}} LivePage
 *   pointed: key of the run under the pointer or ""; lastNews: when the server last answered, ms since 1970
 */

export const VALIDATION = 'val_';
