import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Sql } from '../database/database.ts';
import { LANGUAGES } from '../language/say.ts';
import { DEFAULT_SAFETY, SafetySettings } from '../safety/settings.ts';
import { settings } from './tables.ts';

/** What a server's managers decide. */
export const GuildSettings = z.object({
  defaultStyle: z.string().default('oil'),
  defaultStrength: z.number().min(0.05).max(1).optional(),
  /** The language of what everybody sees; whoever asks is answered in their own when left out. */
  language: z.enum(LANGUAGES).optional(),
  /** Whether results get reactions to press. */
  seedReactions: z.boolean().default(true),
  /** Channels in which the bot paints; all when empty. */
  channels: z.array(z.string()).default([]),
  /** Roles that may use it; everybody when empty. */
  roles: z.array(z.string()).default([]),
  /** Pictures a member may have in a day; 0 for no limit. */
  dailyPictures: z.int().min(0).default(0),
  /** Jobs a member may have waiting. */
  waitingJobs: z.int().min(1).max(50).default(10),
  safety: SafetySettings.default(DEFAULT_SAFETY),
  /** Channel that hears of what was refused or hidden, by ids. */
  auditChannel: z.string().optional(),
  /** Channel that hears of reports. */
  reportChannel: z.string().optional(),
});
export type GuildSettings = z.infer<typeof GuildSettings>;

/** What a member decides for themselves. */
export const MemberSettings = z.object({
  defaultStyle: z.string().optional(),
  defaultStrength: z.number().min(0.05).max(1).optional(),
  /** Whether others may not repaint their pictures, nor go on from their paintings. */
  keepsPrivate: z.boolean().default(false),
});
export type MemberSettings = z.infer<typeof MemberSettings>;

export interface SettingsStore {
  guild(id: string | undefined): Promise<GuildSettings>;
  setGuild(id: string, change: Partial<GuildSettings>): Promise<GuildSettings>;
  member(id: string): Promise<MemberSettings>;
  setMember(id: string, change: Partial<MemberSettings>): Promise<MemberSettings>;
  forgetMember(id: string): Promise<void>;
}

export function createSettingsStore(sql: Sql): SettingsStore {
  const read = async (owner: string): Promise<object> => {
    const [row] = await sql.select().from(settings).where(eq(settings.owner, owner)).limit(1);
    return (row?.value as object | undefined) ?? {};
  };
  const write = async (owner: string, value: object) => {
    await sql
      .insert(settings)
      .values({ owner, value })
      .onConflictDoUpdate({ target: settings.owner, set: { value } });
  };
  const guildKey = (id: string) => `guild:${id}`;
  const memberKey = (id: string) => `member:${id}`;
  return {
    guild: async (id) => GuildSettings.parse(id === undefined ? {} : await read(guildKey(id))),
    async setGuild(id, change) {
      const value = GuildSettings.parse({ ...(await read(guildKey(id))), ...change });
      await write(guildKey(id), value);
      return value;
    },
    member: async (id) => MemberSettings.parse(await read(memberKey(id))),
    async setMember(id, change) {
      const value = MemberSettings.parse({ ...(await read(memberKey(id))), ...change });
      await write(memberKey(id), value);
      return value;
    },
    async forgetMember(id) {
      await sql.delete(settings).where(eq(settings.owner, memberKey(id)));
    },
  };
}
