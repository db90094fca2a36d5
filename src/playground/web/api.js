/** Calls to the actors' API: JSON out, JSON in. Failures are errors in Discord's words. */

import { inOwnLanguage } from './own-language.js';

/** @import { Choices, MemberEvents, MessageWithTrees, NamedEmoji, Sample, Started, Traffic } from '../answers.ts' */

/** A refusal, with the words that a person should read. */
export class Refused extends Error {
  /** @param {string} message @param {number} status */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The first message in Discord's nested form errors. @param {unknown} errors @returns {string | undefined} */
function firstMessage(errors) {
  if (typeof errors !== 'object' || errors === null) return undefined;
  if ('_errors' in errors && Array.isArray(errors._errors)) return errors._errors[0]?.message;
  for (const [name, inner] of Object.entries(errors)) {
    const found = firstMessage(inner);
    if (found !== undefined)
      return /^[a-z][\w ]*$/i.test(name) && !found.includes(name) && !GENERAL.has(name)
        ? `${name}: ${found}`
        : found;
  }
  return undefined;
}

const GENERAL = new Set(['options', 'fields', 'command', 'values', 'customId']);

/** @param {string} method @param {string} path @param {unknown} [body] */
async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return answer;
  throw new Refused(
    firstMessage(answer?.errors) ?? answer?.message ?? `The playground answered ${response.status}`,
    response.status,
  );
}

export const getWorld = async () => inOwnLanguage(await call('GET', '/actors'));
/** @returns {Promise<Sample[]>} */
export const getSamples = () => call('GET', '/samples');
/** @returns {Promise<NamedEmoji[]>} */
export const getEmoji = () => call('GET', '/vendor/emoji.json');

/** What one member can do. @param {string} name */
export function member(name) {
  const base = `/actors/${encodeURIComponent(name)}`;
  /**
   * @template [Answer=void]
   * @param {string} verb @returns {(body: object) => Promise<Answer>}
   */
  const post = (verb) => (body) => call('POST', `${base}/${verb}`, body);
  /** What begins an interaction. @type {(verb: string) => (body: object) => Promise<Started>} */
  const begin = post;
  return {
    command: begin('command'),
    /** @type {(body: object) => Promise<Choices>} */
    autocomplete: post('autocomplete'),
    context: begin('context'),
    click: begin('click'),
    select: begin('select'),
    modal: begin('modal'),
    /** @type {(body: object) => Promise<{messageId: string}>} */
    say: post('message'),
    react: post('react'),
    typing: post('typing'),
    /** @param {string} channel @param {string} [before] @returns {Promise<MessageWithTrees[]>} */
    messages: (channel, before) =>
      call('GET', `${base}/messages?trees=1&limit=60&channel=${channel}${before ? `&before=${before}` : ''}`),
    /** @param {string} id @param {string} content @returns {Promise<void>} */
    edit: (id, content) => call('PATCH', `${base}/messages/${id}`, { content }),
    /** @param {string} id @returns {Promise<void>} */
    remove: (id) => call('DELETE', `${base}/messages/${id}`),
    /** What this member sees, as it happens. @param {Handlers<MemberEvents<MessageWithTrees>>} handlers @param {OnState} onState */
    listen: (handlers, onState) => listen(`${base}/events?trees=1`, handlers, onState),
  };
}

/** The bot's traffic, as it happens. @param {(line: Traffic) => void} onLine */
export const listenToTraffic = (onLine) => listen('/traffic', { traffic: onLine }, () => undefined);

/**
 * What is done with each kind of event, by its name.
 * @template Events
 * @typedef {{[Name in keyof Events]: (data: Events[Name]) => void}} Handlers
 */

/** Told on every (re)connection, so that what was missed can be fetched. @typedef {(state: 'open' | 'lost') => void} OnState */

/**
 * A stream of server-sent events that comes back by itself.
 * @template {object} Events
 * @param {string} url @param {Handlers<Events>} handlers @param {OnState} onState
 * @returns {() => void} closes it
 */
function listen(url, handlers, onState) {
  const source = new EventSource(url);
  source.addEventListener('open', () => onState('open'));
  source.addEventListener('error', () => onState('lost'));
  for (const [name, handle] of Object.entries(handlers))
    source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  return () => source.close();
}

/** The same file on this page's own origin, however the page was opened. @param {string} url */
export function localUrl(url) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}

/** A file as the API takes it. @param {File} file @param {string} [description] */
export async function encodeFile(file, description) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return { filename: file.name || 'file', base64: btoa(text), ...(description ? { description } : {}) };
}
