import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { checkNode } from '../../src/cli/doctor/machine.ts';
import { startPlayground } from '../support/playground-bot.ts';
import { startProcess } from '../support/processes.ts';
import { startRedis } from '../support/redis.ts';

const folder = mkdtempSync(join(tmpdir(), 'overpaint-doctor-'));
let playground: Awaited<ReturnType<typeof startPlayground>>;
beforeAll(async () => {
  playground = await startPlayground({ rateLimits: false });
});
afterAll(async () => {
  await playground.close();
  rmSync(folder, { recursive: true });
});

async function run(args: string[], environment: Record<string, string> = {}) {
  const running = startProcess(args, { OVERPAINT_DATA: folder, OVERPAINT_PORT: '0', ...environment });
  return { code: await running.ended, output: running.output() };
}
async function doctor(environment: Record<string, string> = {}) {
  const { code, output } = await run(['doctor', '--json', '--no-paint'], environment);
  const { findings } = JSON.parse(output) as { findings: Finding[] };
  return { code, output, about: (about: string) => findings.filter((finding) => finding.about === about) };
}

describe('overpaint doctor', () => {
  it('finds a bare machine fit, paints on it, and ends with 0', async () => {
    const { code, output } = await run(['doctor']);
    expect(output).toMatch(/✓ engine +paints on cpu/);
    expect(output).not.toContain('✗');
    expect(code).toBe(0);
  });

  it('says which Node is too old, and the fix', () => {
    expect(checkNode('22.17.9')).toMatchObject({
      verdict: 'problem',
      fix: expect.stringContaining('npm ci'),
    });
    expect(checkNode('22.18.0')).toMatchObject({ verdict: 'fine' });
    expect(checkNode('26.0.0')).toMatchObject({ verdict: 'fine' });
  });

  it('knows the bot of a token, and never prints the token', async () => {
    const { code, output, about } = await doctor({
      OVERPAINT_DISCORD_API: playground.apiUrl,
      DISCORD_TOKEN: playground.token,
    });
    expect(about('Discord')).toMatchObject([
      { verdict: 'fine', found: expect.stringMatching(/application \d+/) },
    ]);
    expect(about('servers')).toMatchObject([{ verdict: 'fine' }, { verdict: 'fine' }]);
    expect(output).not.toContain(`"${playground.token}"`);
    expect(code).toBe(0);
  });

  it('says that a token is not known, without repeating it, and ends with 3', async () => {
    const token = 'MTk4NjIyNDgzNDcxOTI1MjQ4.secret.secret';
    const { code, output, about } = await doctor({
      OVERPAINT_DISCORD_API: playground.apiUrl,
      DISCORD_TOKEN: token,
    });
    expect(about('Discord')).toMatchObject([
      { verdict: 'problem', fix: expect.stringContaining('Reset Token') },
    ]);
    expect(output).not.toContain(token);
    expect(code).toBe(3);
  });

  it('says that the bot is not in the server that is named, and how to invite it', async () => {
    const { about } = await doctor({
      OVERPAINT_DISCORD_API: playground.apiUrl,
      DISCORD_GUILD_ID: '123456789012345678',
    });
    expect(about('servers').at(-1)).toMatchObject({
      verdict: 'problem',
      fix: expect.stringMatching(/oauth2\/authorize\?client_id=\d+/),
    });
  });

  it('says which servers do not answer', async () => {
    const { code, about } = await doctor({
      OVERPAINT_DISCORD_API: 'http://127.0.0.1:1/api',
      OVERPAINT_REDIS_URL: 'redis://127.0.0.1:1',
      DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/none',
    });
    for (const name of ['Discord', 'Redis', 'database'])
      expect(about(name), name).toMatchObject([{ verdict: 'problem', fix: expect.any(String) }]);
    expect(code).toBe(3);
  });

  it('hints at a Redis that keeps nothing', async () => {
    const redis = await startRedis();
    const { code, about } = await doctor({ OVERPAINT_REDIS_URL: redis.url });
    expect(about('Redis')).toMatchObject([
      { verdict: 'fine', found: expect.stringContaining('0 workers') },
      { verdict: 'hint', fix: expect.stringContaining('appendonly') },
    ]);
    expect(code).toBe(0);
    await redis.stop();
  });

  it('tells a port that another program has from one of a running Overpaint', async () => {
    const server = await new Promise<Server>((resolve) => {
      const other = createServer().listen(0, '127.0.0.1', () => resolve(other));
    });
    const { port } = server.address() as { port: number };
    server.on('connection', (socket) => socket.end('hello\r\n'));
    const { code, about } = await doctor({ OVERPAINT_PORT: String(port) });
    expect(about('port')).toMatchObject([
      { verdict: 'problem', fix: expect.stringContaining('OVERPAINT_PORT') },
    ]);
    expect(code).toBe(3);
    server.close();
  });

  it('says what is wrong with the environment', async () => {
    const { code, output } = await run(['doctor', '--no-paint'], { OVERPAINT_LOG: 'loud' });
    expect(output).toContain('OVERPAINT_LOG');
    expect(code).toBe(3);
  });
});

describe('overpaint register', () => {
  const register = (...flags: string[]) =>
    run(['register', ...flags], { OVERPAINT_DISCORD_API: playground.apiUrl });

  it('shows what it would do, does it, and then finds nothing to do', async () => {
    const rehearsal = await register('--dry-run');
    expect(rehearsal.output).toMatch(/^\+ img2img$/m);
    expect(rehearsal.output).toContain('Nothing was changed');
    expect((await register()).output).toMatch(/^\+ img2img\n[^]*Registered\./);
    expect(await register()).toEqual({ code: 0, output: 'The commands are as they should be.\n' });
  });

  it('names the fields that differ, and what goes', async () => {
    const commands = `${playground.apiUrl}/v10/applications/${await applicationId()}/commands`;
    const headers = { authorization: `Bot ${playground.token}`, 'content-type': 'application/json' };
    const known = (await (await fetch(commands, { headers })).json()) as { id: string; name: string }[];
    const { id } = known.find(({ name }) => name === 'queue')!;
    const send = (method: string, path: string, body: object) =>
      fetch(`${commands}${path}`, { method, headers, body: JSON.stringify(body) });
    await send('PATCH', `/${id}`, { description: 'Old words' });
    await send('POST', '', { name: 'outdated', description: 'Goes away' });
    const {
      added,
      changed: differing,
      removed,
    } = JSON.parse((await register('--json')).output) as {
      [key: string]: string[];
    };
    expect({ added, differing, removed }).toEqual({
      added: [],
      differing: ['queue: description'],
      removed: ['outdated'],
    });
  });

  it('without a token says where to get one', async () => {
    const { code, output } = await run(['register']);
    expect(output).toContain('DISCORD_TOKEN');
    expect(code).toBe(3);
  });

  async function applicationId(): Promise<string> {
    const headers = { authorization: `Bot ${playground.token}` };
    const answer = await fetch(`${playground.apiUrl}/v10/applications/@me`, { headers });
    return ((await answer.json()) as { id: string }).id;
  }
});

describe('overpaint bot and worker', () => {
  it('without a queue to meet in say what to set', async () => {
    for (const command of ['bot', 'worker']) {
      const { code, output } = await run([command], { OVERPAINT_DISCORD_API: playground.apiUrl });
      expect(output).toContain('OVERPAINT_REDIS_URL or DATABASE_URL');
      expect(code).toBe(3);
    }
  });
});
