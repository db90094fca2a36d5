import type { AttachmentBuilder } from 'discord.js';
import { expect, it } from 'vitest';
import { toDiscord } from '../../../src/bot/to-discord.ts';
import { composeGrid, encodePicture } from '../../../src/pipeline/index.ts';
import { testPicture } from '../../support/photo.ts';

it('signs what the bot has put together, and leaves alone what came signed or cannot be', async () => {
  const png = await encodePicture(testPicture(64, 48), { type: 'png' });
  const webp = await encodePicture(testPicture(64, 48), { type: 'webp' });
  const grid = await composeGrid([png, png], 2);
  const sign = (file: Uint8Array) => Promise.resolve(Uint8Array.of(...file.subarray(0, 2), 7));
  const files = [grid, png, webp].map((bytes, i) => ({ name: `${i}`, bytes, description: 'a picture' }));
  const sent = (await toDiscord({ files }, sign)).files as AttachmentBuilder[];
  expect(sent.map(({ attachment }) => Uint8Array.from(attachment as Buffer))).toEqual([
    Uint8Array.of(0xff, 0xd8, 7),
    Uint8Array.from(png),
    Uint8Array.from(webp),
  ]);
});

it('without files leaves those of the message as they are', async () => {
  const ready = await toDiscord({ content: 'words' }, () => Promise.reject(new Error('not asked')));
  expect(ready).toEqual({ content: 'words', allowedMentions: { parse: [], repliedUser: false } });
});
