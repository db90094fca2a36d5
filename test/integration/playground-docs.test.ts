import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const doc = readFileSync(join(root, 'docs/playground.md'), 'utf8');
const blocks = (language: string) =>
  [...doc.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gmu'))].map((match) => match[1]!);

it('runs every example of docs/playground.md', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'overpaint-docs-'));
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  writeFileSync(join(dir, 'bot.mjs'), blocks('js').join('\n'));
  const env = { ...process.env, OVERPAINT_PORT: '0', OVERPAINT_DATA: dir };
  const server = spawn(
    process.execPath,
    [join(root, 'bin/overpaint.mjs'), 'playground', '--faults', '--memory'],
    {
      env,
    },
  );
  let bot: ReturnType<typeof spawn> | undefined;
  try {
    let said = '';
    while (!/open at (\S+)/u.test(said)) said += String((await once(server.stdout, 'data'))[0]);
    const url = /open at (\S+)/u.exec(said)![1]!;
    bot = spawn(process.execPath, ['bot.mjs'], {
      cwd: dir,
      env: { ...process.env, API: `${url}/api` },
      stdio: 'inherit',
    });
    const commands = async () => {
      const body = (await (await fetch(`${url}/actors`)).json()) as { bot: { commands: unknown[] } };
      return body.bot.commands.length;
    };
    await expect.poll(commands, { timeout: 30_000 }).toBe(2);

    const script = blocks('sh').join('\n').replace('http://127.0.0.1:8787', url);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script]);
    expect(stdout).toContain('"choices":[{"name":"A cat","value":"cat"}]');
    expect(stdout).toContain('"state":"acknowledged"');
    expect(stdout).toContain('"content":"nice"');

    const seen = (await (await fetch(`${url}/actors/alice/messages?channel=general`)).json()) as {
      content: string;
    }[];
    const contents = seen.map(({ content }) => content);
    expect(contents).toEqual(expect.arrayContaining(['nice', 'because', 'Again!', 'oil']));
    expect(contents).not.toContain('my other cat');
    expect(bot.exitCode).toBeNull();
  } finally {
    bot?.kill();
    server.kill();
    rmSync(dir, { recursive: true, force: true });
  }
});
