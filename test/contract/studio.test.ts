import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { openPaintQueue } from '../../src/queue/paint-queue.ts';
import { BUILT_IN_CHAINS } from '../../src/recipe/chain.ts';
import { BUILT_IN_STYLES, type Style } from '../../src/recipe/styles.ts';
import { CAREFUL_PLACE } from '../../src/safety/settings.ts';
import type { DeliveryOrder } from '../../src/studio/deliveries.ts';
import type { NewPainting } from '../../src/studio/paintings.ts';
import { createQuotas } from '../../src/studio/quotas.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { MIGRATIONS } from '../../src/studio/tables.ts';
import { hasPostgres, startPostgres } from '../support/postgres.ts';
import { testRecipe } from '../support/recipes.ts';

interface Backend {
  name: string;
  /** Opens it, the first time or again. */
  open(): Promise<Database>;
  close(): Promise<void>;
}

function embedded(): Backend {
  const dir = mkdtempSync(join(tmpdir(), 'overpaint-studio-'));
  return {
    name: 'embedded PostgreSQL',
    open: () => openDatabase({ dir }, MIGRATIONS),
    close: () => Promise.resolve(rmSync(dir, { recursive: true })),
  };
}

function server(): Backend {
  let running: Awaited<ReturnType<typeof startPostgres>> | undefined;
  return {
    name: 'PostgreSQL',
    async open() {
      running ??= await startPostgres();
      return openDatabase({ url: running.url }, MIGRATIONS);
    },
    close: async () => running?.stop(),
  };
}

const recipe = testRecipe({ prompt: 'a “red” door; DROP TABLE paintings — 赤い扉 🚪' });
const order = (given: Partial<DeliveryOrder> = {}): DeliveryOrder => ({
  work: { kind: 'paint', recipe },
  askerId: 'alice',
  askerName: 'Alice',
  channelId: 'c1',
  locale: 'en-US',
  attachmentLimitBytes: 10_485_760,
  costSeconds: 1.5,
  safety: CAREFUL_PLACE,
  notes: [{ text: 'a note' }],
  ...given,
});
const painting = (id: string, given: Partial<NewPainting> = {}): NewPainting => ({
  id,
  recipe,
  parentId: null,
  pictures: [{ hash: 'a'.repeat(64), seed: 4_294_967_295, width: 640, height: 416 }],
  askerId: 'alice',
  guildId: 'g1',
  channelId: 'c1',
  messageId: `m-${id}`,
  executedSteps: 6,
  tookMs: 1234,
  sourceOwnerId: null,
  ...given,
});

describe.each([embedded(), ...(hasPostgres ? [server()] : [])])('the studio on $name', (backend) => {
  let database: Database;
  let studio: Studio;
  const open = async () => {
    database = await backend.open();
    studio = createStudio(database.sql);
  };
  beforeAll(open);
  afterAll(async () => {
    await database.close();
    await backend.close();
  });

  it('keeps paintings word for word, with their depth in the family', async () => {
    await studio.paintings.add(painting('p1'));
    const child = await studio.paintings.add(painting('p2', { parentId: 'p1', askerId: 'bob' }));
    expect(child).toMatchObject({ depth: 2, favourite: 0, parentId: 'p1' });
    expect(await studio.paintings.get('p1')).toMatchObject({ ...painting('p1'), depth: 1 });
    expect((await studio.paintings.byMessage('m-p2'))?.id).toBe('p2');
    expect((await studio.paintings.ofMember('alice')).map(({ id }) => id)).toEqual(['p1']);
  });

  it('files a painting once, and changes its favourite and its place', async () => {
    await studio.paintings.add(painting('p3'));
    await studio.paintings.add(painting('p3', { messageId: 'another' }));
    expect((await studio.paintings.get('p3'))?.messageId).toBe('m-p3');
    await studio.paintings.setFavourite('p3', 2);
    await studio.paintings.moveTo('p3', { channelId: 'c2', messageId: 'm9' });
    expect(await studio.paintings.byMessage('m9')).toMatchObject({ id: 'p3', favourite: 2, channelId: 'c2' });
    await studio.paintings.remove('p3');
    expect(await studio.paintings.get('p3')).toBeUndefined();
  });

  it('takes a promise once, even when it is made eight times at once', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => studio.deliveries.open('j1', order())));
    expect(made.filter(Boolean)).toHaveLength(1);
  });

  it('leads a promise from its opening over its message to its end', async () => {
    await studio.deliveries.open('j2', order({ parentId: 'p1' }));
    expect(await studio.deliveries.get('j2')).toMatchObject({
      order: order({ parentId: 'p1' }),
      messageId: undefined,
      done: false,
    });
    await studio.deliveries.place('j2', 'm20');
    expect((await studio.deliveries.byMessage('m20'))?.jobId).toBe('j2');
    expect((await studio.deliveries.pending()).map(({ jobId }) => jobId)).toContain('j2');
    await studio.deliveries.close('j2');
    expect(await studio.deliveries.byMessage('m20')).toBeUndefined();
    expect((await studio.deliveries.pending()).map(({ jobId }) => jobId)).not.toContain('j2');
    expect((await studio.deliveries.get('j2'))?.done).toBe(true);
    // The event that led to it may come again.
    expect(await studio.deliveries.open('j2', order())).toBe(false);
  });

  it('forgets kept promises of long ago, and no open one', async () => {
    await studio.deliveries.open('j3', order());
    await studio.deliveries.open('j4', order());
    await studio.deliveries.close('j4');
    await studio.deliveries.purge(new Date(Date.now() + 1000));
    expect(await studio.deliveries.get('j3')).toBeDefined();
    expect(await studio.deliveries.get('j4')).toBeUndefined();
  });

  it('counts pictures by day, a job once, and gives back what failed', async () => {
    let today = new Date('2026-03-01T23:59:00Z');
    const quotas = createQuotas(database.sql, () => today);
    expect(await quotas.take('q1', 'carol', 4, 6)).toBe(true);
    expect(await quotas.take('q1', 'carol', 2, 6)).toBe(true);
    expect(await quotas.usedToday('carol')).toBe(4);
    expect(await quotas.take('q2', 'carol', 3, 6)).toBe(false);
    await quotas.refund('q1');
    expect(await quotas.take('q2', 'carol', 3, 6)).toBe(true);
    today = new Date('2026-03-02T00:00:00Z');
    expect(await quotas.usedToday('carol')).toBe(0);
    expect(await quotas.take('q3', 'carol', 100, 0)).toBe(true);
  });

  it('keeps settings of servers and members apart, and fills in what was never set', async () => {
    expect(await studio.settings.guild(undefined)).toMatchObject({ defaultStyle: 'oil', waitingJobs: 10 });
    await studio.settings.setGuild('1', { defaultStyle: 'anime' });
    await studio.settings.setGuild('1', { dailyPictures: 5 });
    await studio.settings.setMember('1', { keepsPrivate: true });
    expect(await studio.settings.guild('1')).toMatchObject({ defaultStyle: 'anime', dailyPictures: 5 });
    expect(await studio.settings.member('1')).toMatchObject({ keepsPrivate: true });
    await studio.settings.forgetMember('1');
    expect(await studio.settings.member('1')).toMatchObject({ keepsPrivate: false });
    await expect(studio.settings.setGuild('1', { waitingJobs: 0 })).rejects.toThrow();
  });

  it('keeps styles and chains of members and servers apart, as many as are allowed, and forgets a member’s', async () => {
    const [alice, server] = [{ member: '7' }, { guild: '7' }];
    const style = (id: string): Style => ({ ...BUILT_IN_STYLES[0]!, id, name: id.toUpperCase() });
    expect(await studio.styles.add(alice, style('mine'), 2)).toBe('added');
    expect(await studio.styles.add(alice, style('mine'), 2)).toBe('taken');
    expect(await studio.styles.add(server, style('mine'), 2)).toBe('added');
    expect(await studio.styles.add(alice, style('more'), 2)).toBe('added');
    expect(await studio.styles.add(alice, style('most'), 2)).toBe('full');
    expect((await studio.styles.of(alice)).map(({ id }) => id)).toEqual(['mine', 'more']);
    expect(await studio.styles.change(alice, { ...style('more'), name: 'Renamed' })).toBe(true);
    expect(await studio.styles.change(alice, style('none'))).toBe(false);
    expect((await studio.styles.of(alice))[1]!.name).toBe('Renamed');
    // The same id on another kind of shelf is another thing.
    expect(await studio.chains.add(alice, { ...BUILT_IN_CHAINS[0]!, id: 'mine' }, 1)).toBe('added');
    expect(await studio.styles.remove(alice, 'more')).toBe(true);
    expect(await studio.styles.remove(alice, 'more')).toBe(false);
    await studio.styles.forgetMember('7');
    expect(await studio.styles.of(alice)).toEqual([]);
    expect(await studio.styles.of(server)).toEqual([style('mine')]);
    expect(await studio.chains.of(alice)).toHaveLength(1);
  });

  it('gives a hint once a member and topic, also when it is asked for eight times at once', async () => {
    const given = await Promise.all(Array.from({ length: 8 }, () => studio.hints.give('h1', 'guidance')));
    expect(given.filter(Boolean)).toHaveLength(1);
    expect(await studio.hints.give('h1', 'sketch')).toBe(true);
    expect(await studio.hints.give('h2', 'guidance')).toBe(true);
    await studio.hints.forgetMember('h1');
    expect(await studio.hints.give('h1', 'guidance')).toBe(true);
    expect(await studio.hints.give('h2', 'guidance')).toBe(false);
  });

  it('has everything when it is opened again, and its schema is brought up to date once', async () => {
    await database.close();
    await open();
    expect(await studio.paintings.get('p1')).toMatchObject({ recipe });
    expect(await studio.settings.guild('1')).toMatchObject({ defaultStyle: 'anime' });
    await expect(openDatabase({ url: 'postgres://nobody@127.0.0.1:1/x' }, MIGRATIONS)).rejects.toMatchObject({
      code: 'database-unreachable',
    });
  });
});

describe.each(hasPostgres ? ['PostgreSQL'] : [])('%s', () => {
  it('is brought up to date by one of several processes that start at once', async () => {
    const running = await startPostgres();
    const opened = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const database = await openDatabase({ url: running.url }, MIGRATIONS);
        const queue = await openPaintQueue({ database });
        return { database, queue };
      }),
    );
    expect(await opened[4]!.queue.answers()).toBe(true);
    expect(await createStudio(opened[4]!.database.sql).paintings.get('none')).toBeUndefined();
    for (const { database, queue } of opened) {
      await queue.close();
      await database.close();
    }
    await running.stop();
  });
});
