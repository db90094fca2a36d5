/** What Discord publishes about one route: names of its schemas. */
export interface Route {
  request?: string;
  query?: readonly string[];
  /** Schema by status. */
  answers?: Readonly<Record<number, string>>;
  /** Whether 204 is an answer. */
  empty?: true;
}

const CHANNEL =
  'GuildChannelResponse | PrivateChannelResponse | PrivateGroupChannelResponse | ThreadResponse';
const EDIT_CHANNEL =
  'UpdateDMRequestPartial | UpdateGroupDMRequestPartial | UpdateGuildChannelRequestPartial | UpdateThreadRequestPartial';
const CALLBACK =
  'ApplicationCommandAutocompleteCallbackRequest | CreateMessageInteractionCallbackRequest | LaunchActivityInteractionCallbackRequest | ModalInteractionCallbackRequest | PongInteractionCallbackRequest | UpdateMessageInteractionCallbackRequest';
const FOLLOW_UP = 'IncomingWebhookRequestPartial | IncomingWebhookUpdateRequestPartial';
const HOOK = ['thread_id', 'with_components'];

const get = (answer: string, query: readonly string[] = []): Route => ({ answers: { 200: answer }, query });
const empty = (query: readonly string[] = []): Route => ({ empty: true, query });

function commands(base: string): Record<string, Route> {
  const one = 'ApplicationCommandResponse';
  return {
    [`GET ${base}`]: get(`${one}[]`, ['with_localizations']),
    [`PUT ${base}`]: { request: 'ApplicationCommandUpdateRequest[]', answers: { 200: `${one}[]` } },
    [`POST ${base}`]: { request: 'ApplicationCommandCreateRequest', answers: { 200: one, 201: one } },
    [`GET ${base}/{command_id}`]: get(one),
    [`PATCH ${base}/{command_id}`]: {
      request: 'ApplicationCommandPatchRequestPartial',
      answers: { 200: one },
    },
    [`DELETE ${base}/{command_id}`]: empty(),
  };
}

function hook(message: string): Record<string, Route> {
  const path = `/webhooks/{webhook_id}/{webhook_token}/messages/${message}`;
  return {
    [`GET ${path}`]: get('MessageResponse', ['thread_id']),
    [`PATCH ${path}`]: {
      request: 'IncomingWebhookUpdateRequestPartial',
      answers: { 200: 'MessageResponse' },
      query: HOOK,
    },
    [`DELETE ${path}`]: empty(['thread_id']),
  };
}

const CH = '/channels/{channel_id}';
const MESSAGE = `${CH}/messages/{message_id}`;
const REACTION = `${MESSAGE}/reactions/{emoji_name}`;

/** `Paths` of discord-api-spec, for the routes that the playground has. */
export const ROUTES: Readonly<Record<string, Route | undefined>> = {
  'GET /gateway': get('GatewayResponse'),
  'GET /gateway/bot': get('GatewayBotResponse'),
  'GET /applications/@me': get('PrivateApplicationResponse'),
  'GET /oauth2/applications/@me': get('PrivateApplicationResponse'),
  ...commands('/applications/{application_id}/commands'),
  ...commands('/applications/{application_id}/guilds/{guild_id}/commands'),
  'GET /applications/{application_id}/emojis': get('ListApplicationEmojisResponse'),
  'POST /applications/{application_id}/emojis': { answers: { 201: 'EmojiResponse' } },
  'DELETE /applications/{application_id}/emojis/{emoji_id}': empty(),
  'GET /users/@me': get('UserPIIResponse'),
  'GET /users/@me/guilds': get('MyGuildResponse[]', ['before', 'after', 'limit', 'shard', 'with_counts']),
  'GET /users/{user_id}': get('UserResponse'),
  'POST /users/@me/channels': {
    request: 'CreatePrivateChannelRequest',
    answers: { 200: 'PrivateChannelResponse | PrivateGroupChannelResponse' },
  },
  'GET /guilds/{guild_id}': get('GuildWithCountsResponse', ['with_counts']),
  'GET /guilds/{guild_id}/channels': get(`${CHANNEL}[]`),
  'GET /guilds/{guild_id}/roles': get('GuildRoleResponse[]'),
  'GET /guilds/{guild_id}/members': get('GuildMemberResponse[]', ['limit', 'after']),
  'GET /guilds/{guild_id}/members/{user_id}': get('GuildMemberResponse'),
  [`GET ${CH}`]: get(CHANNEL),
  [`PATCH ${CH}`]: { request: EDIT_CHANNEL, answers: { 200: CHANNEL } },
  [`POST ${CH}/typing`]: { empty: true, answers: { 200: 'TypingIndicatorResponse' } },
  [`GET ${CH}/messages`]: get('MessageResponse[]', ['around', 'before', 'after', 'limit']),
  [`POST ${CH}/messages`]: { request: 'MessageCreateRequest', answers: { 200: 'MessageResponse' } },
  [`POST ${CH}/messages/bulk-delete`]: empty(),
  [`GET ${MESSAGE}`]: get('MessageResponse'),
  [`PATCH ${MESSAGE}`]: { request: 'MessageEditRequestPartial', answers: { 200: 'MessageResponse' } },
  [`DELETE ${MESSAGE}`]: empty(),
  [`DELETE ${MESSAGE}/reactions`]: empty(),
  [`GET ${REACTION}`]: get('UserResponse[]', ['after', 'limit', 'type']),
  [`DELETE ${REACTION}`]: empty(),
  [`PUT ${REACTION}/@me`]: empty(),
  [`DELETE ${REACTION}/@me`]: empty(),
  [`DELETE ${REACTION}/{user_id}`]: empty(),
  [`GET ${CH}/pins`]: get('MessageResponse[]'),
  [`PUT ${CH}/pins/{message_id}`]: empty(),
  [`DELETE ${CH}/pins/{message_id}`]: empty(),
  [`GET ${CH}/messages/pins`]: get('PinnedMessagesResponse', ['before', 'limit']),
  [`PUT ${CH}/messages/pins/{message_id}`]: empty(),
  [`DELETE ${CH}/messages/pins/{message_id}`]: empty(),
  [`POST ${CH}/threads`]: {
    request: 'CreateForumThreadRequest | CreateTextThreadWithoutMessageRequest',
    answers: { 201: 'CreatedThreadResponse' },
  },
  [`POST ${MESSAGE}/threads`]: {
    request: 'CreateTextThreadWithMessageRequest',
    answers: { 201: 'ThreadResponse' },
  },
  'POST /interactions/{interaction_id}/{interaction_token}/callback': {
    request: CALLBACK,
    query: ['with_response'],
    answers: { 200: 'InteractionCallbackResponse' },
    empty: true,
  },
  'POST /webhooks/{webhook_id}/{webhook_token}': {
    request: FOLLOW_UP,
    query: ['wait', ...HOOK],
    answers: { 200: 'MessageResponse' },
    empty: true,
  },
  ...hook('@original'),
  ...hook('{message_id}'),
};
