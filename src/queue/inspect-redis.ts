import { Redis } from 'ioredis';
import { QUEUE_NAME } from './paint-queue.ts';

export interface RedisFacts {
  version: string;
  /** Its rule for a full memory. */
  policy: string;
  /** Whether that rule may throw jobs away. */
  evicts: boolean;
  /** Whether jobs outlive its restart. */
  keeps: boolean;
  /** Connections of workers that wait for jobs. */
  workers: number;
}

const PATIENCE_MS = 3000;

/** Asks a Redis about itself. @returns undefined when it does not answer */
export async function inspectRedis(url: string): Promise<RedisFacts | undefined> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  const troubles: Error[] = [];
  redis.on('error', (error) => troubles.push(error));
  try {
    await redis.connect();
    const info = await redis.info();
    const clients = String(await redis.client('LIST'));
    const fieldOf = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
    const policy = fieldOf('maxmemory_policy');
    return {
      version: fieldOf('redis_version'),
      policy,
      evicts: fieldOf('maxmemory') !== '0' && policy !== 'noeviction',
      keeps: fieldOf('aof_enabled') === '1',
      workers: clients.split('\n').filter((line) => line.includes(`:${workerName}`)).length,
    };
  } catch (error) {
    if (troubles.length > 0 || !redis.status.startsWith('ready')) return undefined;
    throw error;
  } finally {
    redis.disconnect();
  }
}

/** BullMQ names a worker's connection after the queue, in base64. */
const workerName = Buffer.from(QUEUE_NAME).toString('base64');
