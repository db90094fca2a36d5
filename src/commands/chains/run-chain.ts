import { phrase, untranslated } from '../../language/phrase.ts';
import type { Chain } from '../../recipe/chain.ts';
import { planChain } from '../../recipe/chain-plan.ts';
import type { OptionValues } from '../command.ts';
import { quote } from '../messages/paint-messages.ts';
import { submitSeries } from '../series/submit-series.ts';
import type { Context } from '../services.ts';
import { takePicture } from '../slash/painting-options.ts';
import { checkEnlarging } from '../slash/upscale.ts';

/** Paints a chain: a series whose stages each start from the one before. */
export async function runChain(context: Context, chain: Chain, options: OptionValues): Promise<void> {
  const [first] = chain.stages;
  if (first?.kind === 'upscale') checkEnlarging(options.file('image')!, first.scale);
  const { source, description } = await takePicture(context, options);
  const prompt = options.text('prompt');
  const seed = options.number('seed') ?? context.services.drawSeed();
  const name = untranslated(chain.name);
  await submitSeries(context, {
    kind: 'chain',
    feedsForward: true,
    items: planChain(chain, { source, prompt, seed }),
    title: prompt === undefined ? name : phrase('{style}, {prompt}', { style: name, prompt: quote(prompt) }),
    action: 'chain',
    sourceDescription: description,
  });
}
