/** A graph on a canvas that shows what became of each box. */

import { GraphView } from '../page/graph_view.mjs';
import { LayoutClient } from '../page/layout_client.mjs';
import { ChangeColours, paintComparison } from './paint_changes.mjs';

/**
 * @import {PageState} from '../page/state.mjs'
 * @typedef {{worker: Worker, label: string, now: Partial<PageState>, report: (error: unknown) => void}} ChangeViewOptions
 */

export class ChangeView extends GraphView {
  /** @param {HTMLElement} place @param {ChangeViewOptions} options */
  constructor(place, { worker, label, now, report }) {
    super(place, { layout: new LayoutClient(worker), label, now, report, paint: paintComparison });
  }

  coloursNow() {
    return (this.colours ??= new ChangeColours(this.state.doc, this.state.now.theme, 'type'));
  }
}
