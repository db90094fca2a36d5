import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { actor, isPainting, type Overpaint, startOverpaint } from '../support/overpaint.ts';
import { startRedis } from '../support/redis.ts';

let redis: Awaited<ReturnType<typeof startRedis>>;
let overpaint: Overpaint;

beforeAll(async () => {
  redis = await startRedis();
  overpaint = await startOverpaint({ reconcileMs: 1500, environment: { OVERPAINT_REDIS_URL: redis.url } });
});
afterAll(async () => {
  await overpaint.close();
  await redis.stop();
});

it('paints what it promised although Redis lost every job, and paints it once', async () => {
  const alice = actor(overpaint, 'alice');
  for (const steps of [30, 6])
    await alice.answered(
      await alice.command('art', 'img2img', { image: { sample: 'cat' }, style: 'oil', strength: 0.5, steps }),
    );
  await alice.see('art', ({ content }) => /[▰▱]/.test(content), 30_000);
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
  await expect
    .poll(async () => (await alice.messages('art')).filter(isPainting).length, { timeout: 60_000 })
    .toBe(2);
  expect((await alice.messages('art')).filter(({ author }) => author.bot)).toHaveLength(2);
});
