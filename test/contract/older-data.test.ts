import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { sayIn } from '../../src/language/say.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { MIGRATIONS } from '../../src/studio/tables.ts';
import { testRecipe } from '../support/recipes.ts';

const dir = mkdtempSync(join(tmpdir(), 'overpaint-older-'));
const recipe = JSON.stringify(testRecipe());
const promise = {
  askerId: 'alice',
  askerName: 'Alice',
  channelId: 'c1',
  attachmentLimitBytes: 1000,
  notes: ['from a picture by <@1>'],
};
let database: Database;
let studio: Studio;

beforeAll(async () => {
  // The last version that knew English only.
  const known = MIGRATIONS.findIndex(({ name }) => name === '011-families') + 1;
  const old = await openDatabase({ dir }, MIGRATIONS.slice(0, known));
  const series = JSON.stringify({ ...promise, kind: 'ladder', title: 'Oil painting', feedsForward: false });
  const work = JSON.stringify({ kind: 'paint', recipe: testRecipe() });
  const order = `{"work":${work},"locale":"de","costSeconds":1,${JSON.stringify(promise).slice(1)}`;
  for (const statement of [
    sql`INSERT INTO overpaint.series (id, "order") VALUES ('s1', ${series}::jsonb)`,
    sql`INSERT INTO overpaint.series_items (job_id, series_id, place, label, recipe, state)
      VALUES ('s1.0', 's1', 0, '0.35 moderate "kept"', ${recipe}::jsonb, 'queued')`,
    sql`INSERT INTO overpaint.deliveries (job_id, "order") VALUES ('j1', ${order}::jsonb)`,
    sql`INSERT INTO overpaint.paintings (id, recipe, depth, pictures, favourite, asker_id, channel_id, message_id,
      executed_steps, took_ms) VALUES ('p1', ${recipe}::jsonb, 1, '[]'::jsonb, 0, 'alice', 'c1', 'm1', 1, 1)`,
  ])
    await old.sql.execute(statement);
  await old.close();
  database = await openDatabase({ dir }, MIGRATIONS);
  studio = createStudio(database.sql);
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

describe('what was kept when there was only English', () => {
  const say = sayIn('ja');

  it('are series with their labels and notes as they were', async () => {
    const series = await studio.series.get('s1');
    expect(series?.order).toMatchObject({ locale: 'en-US', title: { text: 'Oil painting' } });
    expect(series!.order.notes.map((note) => say(note))).toEqual(['from a picture by <@1>']);
    expect(series!.items.map(({ label }) => say(label))).toEqual(['0.35 moderate "kept"']);
  });

  it('are series whose items held a recipe, and hold work now', async () => {
    const [item] = (await studio.series.get('s1'))!.items;
    expect(item).toMatchObject({ work: { kind: 'paint', recipe: testRecipe() }, picture: null });
  });

  it('are promises with their notes', async () => {
    const delivery = await studio.deliveries.get('j1');
    expect(delivery?.order).toMatchObject({ locale: 'de', notes: [{ text: 'from a picture by <@1>' }] });
  });

  it('are paintings in no language', async () => {
    expect(await studio.paintings.byMessage('m1')).toMatchObject({ id: 'p1', locale: null });
  });
});
