import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/queue/image-store.ts';
import { readProvenance } from '../../src/recipe/metadata/overpaint.ts';
import { actor, buttonsOf, download, type Overpaint, startOverpaint } from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** Seed exploration: many seeds, favourites among them, a gentle pass over those. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  alice = actor(overpaint, 'alice');
});
afterAll(() => overpaint.close());

const names = ({ attachments }: MessageSeen) => attachments.map(({ filename }) => filename);
const page = (from: number) => ['grid.jpg', ...[0, 1, 2, 3].map((i) => `overpaint-${from + i}.png`)];

describe('eight seeds', () => {
  it('come as a numbered sheet and pages of four, and favourites are fine-tuned', async () => {
    await alice.command('art', 'img2img', {
      image: { sample: 'cat' },
      style: 'oil',
      strength: 0.5,
      steps: 2,
      seed: 100,
      count: 8,
    });
    const done = await alice.painting('art');
    expect(names(done)).toEqual(page(100));
    expect(buttonsOf(done)).toContain('Next four');
    await alice.click(done.id, { label: 'Next four' });
    const turned = await alice.see(
      'art',
      (message) => message.id === done.id && names(message)[1] === 'overpaint-104.png',
    );
    expect(names(turned)).toEqual(page(104));
    const sixth = sha256(await download(turned.attachments[2]!.url));

    const { custom_id } = (
      turned.components as { components: { custom_id: string; max_values?: number }[] }[]
    )
      .flatMap(({ components }) => components)
      .find(({ max_values }) => max_values === 8)!;
    await alice.select(done.id, custom_id, ['0', '5']);
    const tuned = await alice.see(
      'art',
      (message) => message.content.includes('fine-tuned') && buttonsOf(message).includes('Delete all'),
      60_000,
    );
    const made = [];
    for (const { url } of tuned.attachments.slice(1)) made.push(readProvenance(await download(url))!);
    expect(made.map(({ seed, recipe }) => [seed, recipe.strength])).toEqual([
      [100, 0.3],
      [105, 0.3],
    ]);
    expect(made[1]!.recipe.source).toBe(sixth);
  });
});
