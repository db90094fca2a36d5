import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPng } from '../support/photo.ts';
import { actor, rest, startPlayground } from '../support/playground-bot.ts';

/** What no well-behaved client sends: the server refuses it in Discord's words and lives on. */
let playground: Awaited<ReturnType<typeof startPlayground>>;
let channel = '';
let app = '';
const api = () => rest(playground);
const alice = () => actor(playground, 'alice');
const png = new Blob([await testPng(64, 32)], { type: 'image/png' });
const messages = () => `/channels/${channel}/messages`;

/** A request whose path is sent as it stands; `fetch` would tidy it up. */
const raw = (path: string, method = 'GET', headers: Record<string, string> = {}, body?: string) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const { hostname, port } = new URL(playground.url);
    const sent = request({ hostname, port, path, method, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

beforeAll(async () => {
  playground = await startPlayground({ faults: true, rateLimits: false });
  app = (await api().get('/applications/@me')).body.id;
  const { body } = await alice().call('GET', '/actors');
  channel = (body as { channels: { id: string; name: string }[] }).channels.find(
    ({ name }) => name === 'general',
  )!.id;
});
afterAll(async () => {
  // After all that, it still answers.
  expect((await api().get('/users/@me')).status).toBe(200);
  await playground.close();
});

describe('malformed bodies', () => {
  const json = { 'content-type': 'application/json' };
  it.each([
    ['half a JSON', '{"content": "x"', json],
    ['no JSON', 'content=x', json],
    ['an unknown type', 'x', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a multipart without boundary', 'x', { 'content-type': 'multipart/form-data' }],
    [
      'a multipart that ends early',
      '--b\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{',
      { 'content-type': 'multipart/form-data; boundary=b' },
    ],
    [
      'a multipart that ends inside of a file',
      '--b\r\nContent-Disposition: form-data; name="files[0]"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nxyz',
      { 'content-type': 'multipart/form-data; boundary=b' },
    ],
    [
      'a multipart whose payload_json is none',
      '--b\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{"a\r\n--b--\r\n',
      { 'content-type': 'multipart/form-data; boundary=b' },
    ],
  ])('refuses %s', async (_name, body, headers) => {
    const { status, body: answer } = await api().send('POST', messages(), body, headers);
    expect(status).toBe(400);
    expect(answer).toMatchObject({ code: 50109, message: expect.any(String) });
  });

  it.each([
    ['a list', [1]],
    ['a number', 5],
    ['a content that is none', { content: 5 }],
    ['components that are none', { components: 'x' }],
    ['a component without a type', { components: [{}] }],
    ['an embed that is none', { embeds: [7] }],
    ['a row without components', { components: [{ type: 1 }] }],
    ['a row of nothing', { components: [{ type: 1, components: null }] }],
    ['a gallery without media', { flags: 1 << 15, components: [{ type: 12, items: [{}] }] }],
    ['a section without accessory', { flags: 1 << 15, components: [{ type: 9, components: [] }] }],
    ['a select without options', { components: [{ type: 1, components: [{ type: 3, custom_id: 'x' }] }] }],
    ['a file of nothing', { flags: 1 << 15, components: [{ type: 13 }] }],
    ['a reference without an id', { content: 'x', message_reference: {} }],
  ])('refuses %s with form errors', async (_name, body) => {
    const answer = await api().post(messages(), body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 50035, errors: expect.any(Object) });
  });

  it('refuses files in fields of other names', async () => {
    const form = new FormData();
    form.append('picture', png, 'x.png');
    const { status, body } = await api().send('POST', messages(), form);
    expect([status, body.code]).toEqual([400, 50035]);
  });
});

describe('sizes', () => {
  const bytes = (megabytes: number, more = 0) => new Blob([new Uint8Array(megabytes * 1024 * 1024 + more)]);
  it('takes a file of exactly 10 MiB and refuses one byte more with 40005', async () => {
    const fits = await api().upload('POST', messages(), {}, { 'fits.bin': bytes(10) });
    expect(fits.body.attachments).toMatchObject([{ size: 10 * 1024 * 1024 }]);
    const over = await api().upload('POST', messages(), {}, { 'over.bin': bytes(10, 1) });
    expect(over).toMatchObject({ status: 413, body: { code: 40005 } });
  });

  it('refuses a request beyond 25 MiB whatever is in it', async () => {
    const files = { 'a.bin': bytes(9), 'b.bin': bytes(9), 'c.bin': bytes(9) };
    expect(await api().upload('POST', messages(), {}, files)).toMatchObject({
      status: 413,
      body: { code: 40005 },
    });
    const json = await api().post(messages(), { content: 'x'.repeat(26 * 1024 * 1024) });
    expect(json).toMatchObject({ status: 413, body: { code: 40005 } });
  });

  it('takes ten files and refuses eleven', async () => {
    const named = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}.png`, png]));
    expect((await api().upload('POST', messages(), {}, named(10))).body.attachments).toHaveLength(10);
    const { status, body } = await api().upload('POST', messages(), {}, named(11));
    expect([status, body.code]).toEqual([400, 50035]);
  });
});

describe('tokens', () => {
  it.each([undefined, 'Bot wrong', 'Bearer playground', 'playground', 'bot playground', 'Bot '])(
    'refuses the authorisation %s with 401',
    async (authorization) => {
      const response = await fetch(`${playground.apiUrl}/v10/users/@me`, {
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ message: '401: Unauthorized', code: 0 });
    },
  );

  it('knows no webhook of a made-up token, and no interaction', async () => {
    expect(await api().post(`/webhooks/${app}/made-up`, { content: 'x' })).toMatchObject({
      status: 404,
      body: { code: 10015 },
    });
    expect((await api().patch(`/webhooks/${app}/made-up/messages/@original`, {})).body.code).toBe(10015);
    expect(await api().post('/interactions/1/made-up/callback', { type: 5 })).toMatchObject({
      status: 404,
      body: { code: 10062 },
    });
  });
});

describe('unknown ids', () => {
  it.each([
    ['/channels/1', 10003],
    ['/channels/1/messages', 10003],
    ['/guilds/1', 10004],
    ['/guilds/1/members', 10004],
    ['/users/1', 10013],
    ['/channels/CHANNEL/messages/1', 10008],
    ['/applications/1/commands', 10002],
    ['/applications/APP/commands/1', 10063],
    ['/applications/APP/guilds/1/commands', 10004],
    ['/channels/__proto__', 10003],
    ['/users/constructor', 10013],
  ])('answers GET %s with %d', async (path, code) => {
    const answer = await api().get(path.replace('CHANNEL', channel).replace('APP', app));
    expect(answer).toMatchObject({ status: 404, body: { code } });
  });

  it('answers a path that is none with 404, and a broken one with 400', async () => {
    expect(await api().get('/nothing/here')).toMatchObject({ status: 404, body: { code: 0 } });
    expect((await raw('/api/v10/channels/%zz', 'GET', { authorization: 'Bot playground' })).status).toBe(400);
  });
});

describe('files and their addresses', () => {
  const stored = async (name: string) => {
    const { body } = await api().upload('POST', messages(), {}, { [name]: png });
    return body.attachments[0] as { url: string; filename: string };
  };

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\win.ini', 'win.ini'],
    ['.htaccess', 'htaccess'],
    ['a b\u202egnp.exe', 'a_b_gnp.exe'],
    ['<img src=x onerror=alert(1)>.png', 'img_src_x_onerror_alert_1_.png'],
    ['naïve – ñ.png', 'naïve_ñ.png'],
    ['%2e%2e%2fx.png', '2e_2e_2fx.png'],
    [`${'x'.repeat(400)}.png`, `${'x'.repeat(196)}.png`],
  ])('keeps %s under a harmless name', async (name, kept) => {
    const { url, filename } = await stored(name);
    expect(filename.replace(/^_/, '')).toBe(kept);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('never serves what a browser would run', async () => {
    for (const name of ['page.html', 'picture.svg', 'code.js']) {
      const { body } = await api().upload(
        'POST',
        messages(),
        {},
        { [name]: new Blob(['<script>1</script>']) },
      );
      const type = (await fetch(body.attachments[0].url)).headers.get('content-type');
      expect(type).toBe('application/octet-stream');
    }
  });

  it('gives nothing for other paths with a good signature', async () => {
    const { url } = await stored('a.png');
    const { pathname, search } = new URL(url);
    const [, folder, ch, id, name] = pathname.split('/') as [string, string, string, string, string];
    for (const path of [
      `/${folder}/${ch}/${id}/b.png`,
      `/${folder}/1/${id}/${name}`,
      `/ephemeral-attachments/${ch}/${id}/${name}`,
      `/${folder}/${ch}/1/${name}`,
      `/${folder}/${ch}/${id}/..%2f..%2f..%2fetc%2fpasswd`,
      `/${folder}/../../etc/passwd`,
      `/${folder}/${ch}/${id}/../../../../etc/passwd`,
      `/${folder}/${ch}/__proto__/${name}`,
      `//etc/passwd`,
      `/%2e%2e/%2e%2e/etc/passwd`,
    ]) {
      const { status, text } = await raw(`${path}${search}`);
      expect([path, status >= 400, text.includes('root:')]).toEqual([path, true, false]);
    }
    expect((await raw(`${pathname}${search.replace(/ex=\w+/, 'ex=ffffffff')}`)).status).toBe(404);
    expect((await raw(`${pathname}?ex=&is=&hm=`)).status).toBe(404);
    expect((await raw(`${pathname}${search}&ex=ffffffff`)).status).toBeGreaterThanOrEqual(400);
    expect((await raw(`${pathname}${search}`)).status).toBe(200);
  });

  it.each([
    ['format=webp', 'image/webp'],
    ['format=jpeg', 'image/jpeg'],
    ['format=jpg', 'image/jpeg'],
    ['format=png', 'image/png'],
    ['width=16', 'image/png'],
    ['width=16&height=16&format=webp', 'image/webp'],
    ['format=svg', 'image/png'],
    ['width=99999999', 'image/png'],
    ['width=-1&height=abc', 'image/png'],
  ])('converts a picture by ?%s', async (query, type) => {
    const { url } = await stored('a.png');
    const response = await fetch(`${url}&${query}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  });

  it('gives a picture no larger than it is, in its proportions', async () => {
    const { default: sharp } = await import('sharp');
    const { url } = await stored('a.png');
    const sizeOf = async (query: string) => {
      const { width, height } = await sharp(
        Buffer.from(await (await fetch(`${url}&${query}`)).arrayBuffer()),
      ).metadata();
      return [width, height];
    };
    expect(await sizeOf('width=16')).toEqual([16, 8]);
    expect(await sizeOf('width=16&height=4')).toEqual([8, 4]);
    expect(await sizeOf('width=4000')).toEqual([64, 32]);
  });
});

describe('the side of people', () => {
  it('refuses other pages and other types', async () => {
    const post = (headers: Record<string, string>, body = '{}') =>
      fetch(`${playground.url}/actors/alice/message`, { method: 'POST', headers, body });
    expect((await post({ 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post({ 'content-type': 'application/json', origin: 'https://evil.example' })).status).toBe(
      403,
    );
    expect((await post({ 'content-type': 'application/json', origin: playground.url })).status).toBe(400);
  });

  it('refuses unknown members, channels, messages and fields', async () => {
    const call = async (name: string, verb: string, body: object) =>
      (await alice().call('POST', `/actors/${name}/${verb}`, body)).body;
    expect(await call('nobody', 'message', { channel: 'general', content: 'x' })).toMatchObject({
      code: 10013,
    });
    expect(await call('alice', 'message', { channel: 'nowhere', content: 'x' })).toMatchObject({
      code: 10003,
    });
    expect(await call('alice', 'click', { messageId: '1', label: 'x' })).toMatchObject({ code: 10008 });
    expect(await call('alice', 'command', { channel: 'general', command: 'none' })).toMatchObject({
      code: 10063,
    });
    expect(await call('alice', 'message', { channel: 'general', content: 'x', colour: 1 })).toMatchObject({
      code: 50035,
    });
    expect(await call('alice', 'message', { channel: 'announcements', content: 'x' })).toMatchObject({
      code: 50013,
    });
    expect(
      await call('alice', 'message', { channel: 'general', files: [{ sample: '../../../package' }] }),
    ).toMatchObject({ code: 50035 });
    expect(await call('bot', 'message', { channel: 'general', content: 'x' })).toMatchObject({ code: 10013 });
  });
});
