import type { Sql } from '../database/database.ts';
import { Chain } from '../recipe/chain.ts';
import { Style } from '../recipe/styles.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { createHintsGiven, type HintsGiven } from './hints.ts';
import { createPaintings, type Paintings } from './paintings.ts';
import { createQuotas, type Quotas } from './quotas.ts';
import { createSeriesStore, type SeriesStore } from './series.ts';
import { createSettingsStore, type SettingsStore } from './settings.ts';
import { createShelf, type Shelf } from './shelf.ts';

/** What the bot remembers. */
export interface Studio {
  paintings: Paintings;
  deliveries: Deliveries;
  series: SeriesStore;
  settings: SettingsStore;
  quotas: Quotas;
  /** Looks that members and servers keep. */
  styles: Shelf<Style>;
  /** Chains that members and servers keep. */
  chains: Shelf<Chain>;
  hints: HintsGiven;
}

export function createStudio(sql: Sql): Studio {
  return {
    paintings: createPaintings(sql),
    deliveries: createDeliveries(sql),
    series: createSeriesStore(sql),
    settings: createSettingsStore(sql),
    quotas: createQuotas(sql),
    styles: createShelf(sql, 'style', Style),
    chains: createShelf(sql, 'chain', Chain),
    hints: createHintsGiven(sql),
  };
}
