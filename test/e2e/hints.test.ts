import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actor, type Overpaint, startOverpaint } from '../support/overpaint.ts';
import type { MessageSeen } from '../support/playground-bot.ts';

/** What is worth knowing is told once a member. */
let overpaint: Overpaint;
let alice: ReturnType<typeof actor>;
let bob: ReturnType<typeof actor>;

beforeAll(async () => {
  overpaint = await startOverpaint();
  [alice, bob] = [actor(overpaint, 'alice'), actor(overpaint, 'bob')];
});
afterAll(() => overpaint.close());

type Actor = ReturnType<typeof actor>;

async function paint(who: Actor, options: object): Promise<MessageSeen> {
  const known = await who.messages('art');
  await who.command('art', 'img2img', { image: { sample: 'cat' }, style: 'oil', steps: 5, ...options });
  return who.painting('art', known.slice(-1));
}
const hintsIn = ({ content }: MessageSeen) => content.split('\n').filter((line) => line.startsWith('-# 💡'));

describe('a hint', () => {
  it('about much guidance at low strength comes once a member, and names where to read more', async () => {
    const corner = { strength: 0.25, guidance: 12 };
    const [hint] = hintsIn(await paint(alice, corner));
    expect(hint).toBe(
      '-# 💡 Guidance 12 at strength 0.25 tends to over-saturate; 4 suits it better. More: `/help topic:guidance`',
    );
    expect(hintsIn(await paint(alice, corner))).toEqual([]);
    expect(hintsIn(await paint(bob, corner))).toEqual([hint]);
  });

  it('about a drawing at low strength, and about faces at high strength, goes by a look at the picture', async () => {
    const sketch = { image: { sample: 'sketch' }, strength: 0.3 };
    expect(hintsIn(await paint(alice, sketch))[0]).toMatch(/a drawing stays a drawing.*topic:sketches/);
    expect(hintsIn(await paint(alice, sketch))).toEqual([]);
    const strong = await paint(alice, { strength: 0.9 });
    expect(hintsIn(strong)[0]).toMatch(/a face becomes another one.*topic:strength/);
    // A reply that names a strength is a choice like any other; one of words is not.
    await bob.say('art', 'warmer', { replyTo: strong.id });
    const gentle = await bob.painting('art', [strong]);
    expect(hintsIn(gentle)).toEqual([]);
    await bob.say('art', '0.95', { replyTo: gentle.id });
    expect(hintsIn(await bob.painting('art', [gentle]))[0]).toContain('a face becomes another one');
  });

  it('is forgotten with its member, and what was changed is said each time', async () => {
    await alice.answer('art', await alice.command('art', 'settings', { forget_me: true }));
    const first = await paint(alice, { image: { sample: 'sketch' } });
    const second = await paint(alice, { image: { sample: 'sketch' } });
    for (const { content } of [first, second])
      expect(content).toMatch(/-# strength 0\.\d\d by a look at the picture/);
    expect(hintsIn(first)[0]).toContain('A drawing loses its lines sooner');
    expect(hintsIn(second)).toEqual([]);
  });
});
