import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actor, firstError, rest, startPlayground } from '../support/playground-bot.ts';
import { identify } from '../support/playground-socket.ts';

let playground: Awaited<ReturnType<typeof startPlayground>>;
let app = '';
const api = () => rest(playground);
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

beforeAll(async () => {
  playground = await startPlayground({ rateLimits: false });
  app = (await api().get('/applications/@me')).body.id;
});
afterAll(() => playground.close());

describe('commands', () => {
  const put = (body: unknown) => api().put(`/applications/${app}/commands`, body);
  const command = (more: object = {}) => ({ name: 'a', description: 'x', ...more });
  const opt = (name: string, more: object = {}) => ({ type: 3, name, description: 'x', ...more });
  it.each<[string, unknown, string]>([
    ['capitals', [command(), command({ name: 'B' })], '1.name'],
    ['spaces', [command({ name: 'a b' })], '0.name'],
    ['33 characters', [command({ name: 'x'.repeat(33) })], '0.name'],
    ['no description', [{ name: 'a' }], '0.description'],
    ['a long description', [command({ description: 'x'.repeat(101) })], '0.description'],
    ['26 options', [command({ options: many(26, (i) => opt(`o${i}`)) })], '0.options'],
    [
      '26 choices',
      [command({ options: [opt('o', { choices: many(26, (i) => ({ name: `${i}`, value: `${i}` })) })] })],
      '0.options.0.choices',
    ],
    ['an option twice', [command({ options: [opt('o'), opt('o')] })], '0.options.1.name'],
    [
      'a required option after others',
      [command({ options: [opt('o'), opt('p', { required: true })] })],
      '0.options.1',
    ],
    [
      'choices with autocomplete',
      [command({ options: [opt('o', { autocomplete: true, choices: [{ name: 'x', value: 'x' }] })] })],
      '0.options.0.choices',
    ],
    ['an unknown type', [command({ options: [opt('o', { type: 12 })] })], '0.options.0.type'],
    ['two of one name', [command(), command()], '1.name'],
    ['a context menu with a description', [{ type: 3, name: 'Look', description: 'x' }], '0.description'],
    [
      '8001 characters',
      [
        command({
          options: many(25, (i) =>
            opt(`o${i}`, { choices: many(25, (k) => ({ name: 'n'.repeat(90), value: `${k}` })) }),
          ),
        }),
      ],
      '0',
    ],
  ])('with %s are refused', async (_name, body, path) => {
    const answer = await put(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 50035 } });
    expect(firstError(answer.body.errors)[0]).toBe(path);
  });

  it('are limited in number, and keep their ids over an overwrite', async () => {
    expect((await put(many(101, (i) => command({ name: `c${i}` })))).body.code).toBe(30032);
    expect((await put(many(16, (i) => ({ type: 3, name: `C${i}` })))).body.code).toBe(30032);
    const [first] = (await put([command()])).body;
    expect((await put([command({ description: 'y' })])).body[0]).toMatchObject({
      id: first.id,
      description: 'y',
    });
  });
});

describe('who may use them', () => {
  const offered = async (name: string, command: string) => {
    const started = actor(playground, name).command('general', command);
    return started.then(
      () => true,
      (error: { body: { code: number } }) => error.body.code,
    );
  };
  it('is decided by default_member_permissions, and by where they are offered', async () => {
    const one = (name: string, more: object) => ({ name, description: 'x', ...more });
    await api().put(`/applications/${app}/commands`, [
      one('all', {}),
      one('admins', { default_member_permissions: '0' }),
      one('managers', { default_member_permissions: String(1 << 5) }),
      one('grown-up', { nsfw: true }),
      one('private', { contexts: [1] }),
    ]);
    const table = async (name: string) =>
      Promise.all(
        ['all', 'admins', 'managers', 'grown-up', 'private'].map((command) => offered(name, command)),
      );
    expect(await table('alice')).toEqual([true, 10063, 10063, 10063, 10063]);
    expect(await table('mod')).toEqual([true, true, true, 10063, 10063]);
    const alice = actor(playground, 'alice');
    expect(await alice.command('show-off', 'grown-up')).toHaveProperty('interactionId');
    expect(await alice.command('dm', 'private')).toHaveProperty('interactionId');
  });

  it('opens on a member as well', async () => {
    await api().put(`/applications/${app}/commands`, [{ type: 2, name: 'Paint them' }]);
    const socket = await identify(playground);
    const body = { channel: 'general', member: 'bob', command: 'Paint them' };
    const { body: started } = await actor(playground, 'alice').call('POST', '/actors/alice/context', body);
    const { interactionId } = started as { interactionId: string };
    const { d } = await socket.event('INTERACTION_CREATE', ({ id }) => id === interactionId);
    expect(d.data).toMatchObject({
      type: 2,
      resolved: { users: { [d.data.target_id]: { username: 'bob' } }, members: { [d.data.target_id]: {} } },
    });
    socket.close();
  });
});

describe('languages', () => {
  const german = { name_localizations: { de: 'Öl' }, value: 'oil', name: 'Oil' };
  const paint = {
    name: 'paint',
    description: 'Paints',
    description_localizations: { de: 'Malt', 'pt-BR': 'Pinta' },
    options: [{ type: 3, name: 'style', description: 'A style', choices: [german] }],
  };
  const look = { type: 3, name: 'Look', name_localizations: { de: 'Ansehen' } };
  const path = () => `/applications/${app}/commands`;

  it('are all told where they are asked for, and else one', async () => {
    await api().put(path(), [paint, look]);
    const all = (await api().get(`${path()}?with_localizations=true`)).body;
    expect(all).toMatchObject([paint, look]);
    expect(all[0]).not.toHaveProperty('description_localized');
    const inGerman = (await api().send('GET', path(), undefined, { 'x-discord-locale': 'de' })).body;
    expect(inGerman).toMatchObject([
      { description: 'Paints', description_localized: 'Malt' },
      { name: 'Look', name_localized: 'Ansehen' },
    ]);
    expect(inGerman[0].options[0].choices[0]).toEqual({ name: 'Oil', name_localized: 'Öl', value: 'oil' });
    expect(inGerman[0]).not.toHaveProperty('description_localizations');
    expect((await api().get(path())).body[0]).not.toHaveProperty('description_localized');
  });

  it('count by the longest of them', async () => {
    const words = (text: string) => ({
      name: 'n',
      description: 'x',
      description_localizations: { ja: text },
    });
    const options = (text: string) => many(25, (i) => ({ type: 3, ...words(text), name: `o${i}` }));
    const choices = many(20, (i) => ({ name: 'n'.repeat(90), value: `${i}` }));
    const command = (text: string) => ({
      ...words(text),
      options: options(text).map((option, i) => (i < 4 ? { ...option, choices } : option)),
    });
    expect((await api().put(path(), [command('x'.repeat(10))])).status).toBe(200);
    expect((await api().put(path(), [command('描'.repeat(100))])).body.code).toBe(50035);
    expect((await api().put(path(), [words('描'.repeat(101))])).body.code).toBe(50035);
  });

  it.each([
    ['de-AT,de;q=0.9,en;q=0.5', 'de'],
    ['tlh,fr-CA;q=0.4,ja;q=0.8', 'ja'],
    ['es-MX', 'es-419'],
    ['es', 'es-ES'],
    ['pt', 'pt-BR'],
    ['tlh', 'en-US'],
    [undefined, 'en-US'],
  ])('follow what a browser says: %s', async (says, locale) => {
    await api().put(path(), [paint]);
    const alice = actor(playground, 'alice', says);
    const world = (await alice.call('GET', '/actors')).body as {
      bot: { commands: { description_localized?: string }[] };
    };
    expect(world.bot.commands[0]!.description_localized).toBe({ de: 'Malt', 'pt-BR': 'Pinta' }[locale]);
    const socket = await identify(playground);
    const { interactionId } = await alice.command('general', 'paint');
    const { d } = await socket.event('INTERACTION_CREATE', ({ id }) => id === interactionId);
    expect(d).toMatchObject({ locale, guild_locale: 'en-US' });
    socket.close();
  });
});

describe('subcommands', () => {
  it('are named with the command, alone or in a group', async () => {
    const sub = (name: string, options: object[] = []) => ({ type: 1, name, description: 'x', options });
    const size = { type: 4, name: 'size', description: 'x', required: true };
    const options = [
      sub('show'),
      { type: 2, name: 'set', description: 'x', options: [sub('width', [size])] },
    ];
    await api().put(`/applications/${app}/commands`, [{ name: 'settings', description: 'x', options }]);
    const socket = await identify(playground);
    const alice = actor(playground, 'alice');
    const run = async (command: string, given: object = {}) => {
      const { interactionId } = await alice.command('general', command, given);
      return (await socket.event('INTERACTION_CREATE', ({ id }) => id === interactionId)).d.data;
    };
    expect((await run('settings show')).options).toEqual([{ type: 1, name: 'show', options: [] }]);
    expect((await run('settings set width', { size: 5 })).options).toEqual([
      {
        type: 2,
        name: 'set',
        options: [{ type: 1, name: 'width', options: [{ type: 4, name: 'size', value: 5 }] }],
      },
    ]);
    for (const wrong of ['settings', 'settings set', 'settings none', 'settings show more'])
      await expect(run(wrong)).rejects.toMatchObject({ status: 400, body: { code: 50035 } });
    await expect(run('settings set width')).rejects.toMatchObject({ body: { code: 50035 } });
    socket.close();
  });
});
