import { describe, expect, it } from 'vitest';
import type { Traffic } from '../../src/playground/answers.ts';
import { createConformance } from '../support/discord-schema.ts';

/** The check must see what is wrong, or its silence means nothing. */
describe('the check against Discord’s schemas', () => {
  const line = (what: string, status: number, body: unknown, asked?: unknown): Traffic[] => [
    { at: 0, id: 'a', direction: 'request', what, ...(asked === undefined ? {} : { body: asked }) },
    { at: 0, id: 'a', direction: 'answer', what, status, body },
  ];
  const user = {
    id: '1',
    username: 'x',
    avatar: null,
    discriminator: '0',
    public_flags: 0,
    flags: 0,
    global_name: null,
    primary_guild: null,
  };
  const { avatar: _avatar, ...incomplete } = user;
  const find = (lines: readonly Traffic[]) => {
    const conformance = createConformance();
    for (const one of lines) conformance.onTraffic(one);
    return conformance.problems().join('\n');
  };

  it('is silent about what fits', () => expect(find(line('GET /users/1', 200, user))).toBe(''));
  it.each<[string, Traffic[], string]>([
    ['a missing field', line('GET /users/1', 200, incomplete), 'avatar'],
    ['a field of the wrong type', line('GET /users/1', 200, { ...user, flags: 'x' }), 'flags'],
    ['a field too many', line('GET /users/1', 200, { ...user, hue: 1 }), 'hue is not in'],
    [
      'one deep inside',
      line('GET /channels/1', 200, { id: '1', type: 1, flags: 0, recipients: [incomplete] }),
      'recipients.0.avatar',
    ],
    ['a status that Discord does not answer', line('GET /users/1', 201, user), 'does not answer 201'],
    ['a path that Discord has not', line('GET /people/1', 200, user), 'no such path'],
    ['an error without a code', line('GET /users/1', 404, { message: 'x' }), 'code'],
    [
      'a bad request that was accepted',
      line('POST /channels/1/typing', 204, undefined, {}).concat(
        line(
          'POST /users/@me/channels',
          200,
          { id: '1', type: 1, flags: 0, recipients: [] },
          { recipient: '1' },
        ),
      ),
      'recipient is not in',
    ],
    ['an unknown event', [{ at: 0, direction: 'event', what: 'MADE_UP', body: {} }], 'no check'],
    [
      'an event without its frame',
      [{ at: 0, direction: 'event', what: 'MESSAGE_DELETE', body: { id: '1' } }],
      'channel_id',
    ],
    [
      'an event with an incomplete object',
      [{ at: 0, direction: 'event', what: 'MESSAGE_CREATE', body: { channel_type: 0, author: user } }],
      'content',
    ],
  ])('sees %s', (_name, lines, problem) => expect(find(lines)).toContain(problem));
  it('does not mind a bad request that was refused', () =>
    expect(find(line('POST /users/@me/channels', 400, { message: 'x', code: 50035 }, {}))).toBe(''));
});
