import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { OperatorError } from '../../errors.ts';

/** Text to token ids, as one text encoder wants them. */
export interface Tokenizer {
  /** Ids without begin, end and padding. */
  encode(text: string): number[];
  readonly begin: number;
  readonly end: number;
  readonly pad: number;
  /** Tokens of one chunk, begin and end included: 77 for CLIP. */
  readonly maxLength: number;
}

const Token = z
  .union([z.string(), z.object({ content: z.string() })])
  .transform((t) => (typeof t === 'string' ? t : t.content));
const Config = z.object({
  model_max_length: z.number().optional(),
  pad_token: Token.nullish(),
  bos_token: Token.nullish(),
  eos_token: Token.nullish(),
});

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new OperatorError(
      'model-file-broken',
      `${path} is not readable JSON: download or export it again`,
      { cause: error },
    );
  }
}

/** The `tokenizer.json` object that a CLIP vocabulary means. @see transformers `CLIPTokenizer` */
function clipTokenizerJson(folder: string): object {
  const vocabulary = z.record(z.string(), z.number()).parse(readJson(join(folder, 'vocab.json')));
  const merges = readFileSync(join(folder, 'merges.txt'), 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const pattern =
    "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: pattern }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<|endoftext|>',
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      byte_fallback: false,
      vocab: vocabulary,
      merges,
    },
  };
}

/** Special strings that somebody typed lose their brackets, so that they are read as words. */
const neutralise = (text: string) => text.replaceAll(/<\|(startoftext|endoftext)\|>/gi, ' $1 ');

/**
 * Loads the CLIP tokenizer of a model's folder, from `vocab.json` and `merges.txt` or from `tokenizer.json`.
 * @throws OperatorError `model-file-missing` or `model-file-broken`
 */
export function loadClipTokenizer(folder: string): Tokenizer {
  const configPath = join(folder, 'tokenizer_config.json');
  const specialPath = join(folder, 'special_tokens_map.json');
  const tokens = Config.partial().parse(existsSync(specialPath) ? readJson(specialPath) : {});
  const config = Config.parse(existsSync(configPath) ? readJson(configPath) : {});
  const json = tokenizerJson(folder);
  const inner = new HuggingFaceTokenizer(json, {});
  const idOf = (token: string): number => {
    const id = inner.token_to_id(token);
    if (id === undefined) {
      throw new OperatorError(
        'model-file-broken',
        `${folder} has no token ${token}: download or export it again`,
      );
    }
    return id;
  };
  const begin = idOf(config.bos_token ?? tokens.bos_token ?? '<|startoftext|>');
  const end = idOf(config.eos_token ?? tokens.eos_token ?? '<|endoftext|>');
  const padToken = config.pad_token ?? tokens.pad_token ?? '<|endoftext|>';
  const pad = idOf(padToken);
  const plain = (text: string) => inner.encode(text, { add_special_tokens: false }).ids;
  const maxLength = Math.min(config.model_max_length ?? 77, 77);
  const base = { begin, end, pad, maxLength };
  if (pad === end) return { ...base, encode: (text) => plain(neutralise(text)) };
  // A pad token such as "!" is a special token in transformers too where somebody types it: it splits words there.
  return {
    ...base,
    encode: (text) =>
      neutralise(text)
        .split(padToken)
        .flatMap((part, i) => [...(i === 0 ? [] : [pad]), ...plain(part)]),
  };
}

function tokenizerJson(folder: string): object {
  if (existsSync(join(folder, 'vocab.json')) && existsSync(join(folder, 'merges.txt')))
    return clipTokenizerJson(folder);
  const single = join(folder, 'tokenizer.json');
  if (!existsSync(single)) {
    throw new OperatorError(
      'model-file-missing',
      `Expected vocab.json with merges.txt, or tokenizer.json, in ${folder}, but they are not there`,
    );
  }
  return z.looseObject({}).parse(readJson(single));
}
