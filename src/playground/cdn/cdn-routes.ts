import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Hub } from '../hub.ts';
import { convertPicture } from './store-file.ts';

const Params = z.object({ channelId: z.string(), attachmentId: z.string(), filename: z.string() });
const Query = z.object({
  ex: z.string().optional(),
  is: z.string().optional(),
  hm: z.string().optional(),
  format: z.string().optional(),
  width: z.string().optional(),
  height: z.string().optional(),
});

/** Attachments under signed, expiring addresses. Files are found by id only, so no path leads anywhere else. */
export function addCdnRoutes(
  app: FastifyInstance,
  hub: Hub,
  isValid: (
    path: string,
    query: { ex?: string | undefined; is?: string | undefined; hm?: string | undefined },
  ) => boolean,
): void {
  for (const folder of ['attachments', 'ephemeral-attachments']) {
    app.get(`/${folder}/:channelId/:attachmentId/:filename`, async (request, reply) => {
      const params = Params.parse(request.params);
      const query = Query.parse(request.query);
      const path = `/${folder}/${params.channelId}/${params.attachmentId}/${encodeURIComponent(params.filename)}`;
      const bytes = hub.world.files.get(params.attachmentId);
      if (!bytes || !isValid(path, query))
        return reply.code(404).type('text/plain').send('This content is no longer available.');
      const converted = await convertPicture(bytes, query).catch(() => undefined);
      const attachment = hub.world.messages
        .get(params.channelId)
        ?.flatMap((message) => message.attachments)
        .find(({ id }) => id === params.attachmentId);
      return reply
        .header('content-security-policy', "sandbox; default-src 'none'")
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'private, max-age=3600')
        .type(converted?.type ?? attachment?.contentType ?? typeByName(params.filename))
        .send(Buffer.from(converted?.bytes ?? bytes));
    });
  }
}

function typeByName(filename: string): string {
  const extension = /\.(png|jpe?g|webp|gif|avif)$/i.exec(filename)?.[1]?.toLowerCase();
  return extension === undefined
    ? 'application/octet-stream'
    : `image/${extension === 'jpg' ? 'jpeg' : extension}`;
}
