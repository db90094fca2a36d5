import type { Sql } from '../database/database.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { createPaintings, type Paintings } from './paintings.ts';
import { createQuotas, type Quotas } from './quotas.ts';
import { createSeriesStore, type SeriesStore } from './series.ts';
import { createSettingsStore, type SettingsStore } from './settings.ts';

/** What the bot remembers. */
export interface Studio {
  paintings: Paintings;
  deliveries: Deliveries;
  series: SeriesStore;
  settings: SettingsStore;
  quotas: Quotas;
}

export function createStudio(sql: Sql): Studio {
  return {
    paintings: createPaintings(sql),
    deliveries: createDeliveries(sql),
    series: createSeriesStore(sql),
    settings: createSettingsStore(sql),
    quotas: createQuotas(sql),
  };
}
