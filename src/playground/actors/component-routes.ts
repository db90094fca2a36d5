import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { formError } from '../discord-error.ts';
import { findMessage, type Hub } from '../hub.ts';
import { parseBody } from '../rules/form-errors.ts';
import { startInteraction } from '../world/interactions.ts';
import { type ActorOf, requireInteraction, requireVisibleMessage, started } from './actor.ts';
import { fillModal, Modal } from './modal-fields.ts';
import { press, select } from './press.ts';

const ClickCall = z.strictObject({
  messageId: z.string(),
  label: z.string().optional(),
  emoji: z.string().optional(),
  customId: z.string().optional(),
});
const SelectCall = z.strictObject({
  messageId: z.string(),
  customId: z.string(),
  values: z.array(z.string()),
});
const ModalCall = z.strictObject({
  interactionId: z.string(),
  fields: z.record(z.string(), z.unknown()).default({}),
});

/** Buttons, selects and forms. */
export function addComponentRoutes(
  app: FastifyInstance,
  hub: Hub,
  samplesDir: string,
  actorOf: ActorOf,
): void {
  const { world } = hub;
  app.post('/actors/:name/click', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(ClickCall, request.body);
    const message = requireVisibleMessage(hub, actor, call.messageId);
    return reply.code(201).send(started(press(hub, actor, message, call)));
  });
  app.post('/actors/:name/select', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(SelectCall, request.body);
    const message = requireVisibleMessage(hub, actor, call.messageId);
    return reply.code(201).send(started(select(hub, actor, message, call.customId, call.values)));
  });

  app.post('/actors/:name/modal', async (request, reply) => {
    const actor = actorOf(request);
    const call = parseBody(ModalCall, request.body);
    const origin = requireInteraction(hub, actor, call.interactionId);
    const modal = Modal.safeParse(origin.modal);
    if (!modal.success) throw formError(['interactionId'], 'NO_MODAL', 'This interaction opened no form');
    const channel = world.channels.get(origin.channelId)!;
    const { components, resolved } = await fillModal(hub, channel, modal.data, call.fields, samplesDir);
    const message =
      origin.messageId === undefined ? undefined : findMessage(world, channel.id, origin.messageId);
    const data = {
      custom_id: modal.data.custom_id,
      components,
      ...(Object.keys(resolved).length === 0 ? {} : { resolved }),
    };
    return reply.code(201).send(
      started(
        startInteraction(hub, {
          type: 5,
          by: actor,
          channel,
          data,
          originId: origin.id,
          ...(message ? { message } : {}),
        }),
      ),
    );
  });
}
