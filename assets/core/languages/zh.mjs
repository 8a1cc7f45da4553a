/**
 * The interface in Chinese: whole sentences, found by their English text. tests/js/page/language.test.mjs fails when
 * a text of the page is missing here.
 */

import { ZH_CARDS } from './zh_cards.mjs';
import { ZH_COMPARE } from './zh_compare.mjs';
import { ZH_OVERLAYS } from './zh_overlays.mjs';
import { ZH_PAGE } from './zh_page.mjs';
import { ZH_PANES } from './zh_panes.mjs';
import { ZH_QUERY } from './zh_query.mjs';
import { ZH_RUN } from './zh_run.mjs';
import { ZH_SHARE } from './zh_share.mjs';
import { ZH_WORKSPACE } from './zh_workspace.mjs';

/** @type {Readonly<Record<string, string>>} */
export const ZH = Object.freeze({ ...ZH_CARDS, ...ZH_COMPARE, ...ZH_QUERY, ...ZH_RUN, ...ZH_PANES, ...ZH_SHARE, ...ZH_WORKSPACE, ...ZH_OVERLAYS, ...ZH_PAGE });
