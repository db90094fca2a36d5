import { and, count, desc, sql as drizzleSql, eq, isNull } from 'drizzle-orm';
import type { Sql } from '../database/database.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { StoredPicture } from './stored-picture.ts';
import { paintings } from './tables.ts';

/** A finished recipe with its pictures and its parent. */
export interface Painting {
  id: string;
  recipe: Recipe;
  parentId: string | null;
  depth: number;
  pictures: StoredPicture[];
  favourite: number;
  askerId: string;
  guildId: string | null;
  channelId: string;
  messageId: string;
  executedSteps: number;
  tookMs: number;
  /** Whose picture the family started from, where that is not the asker's own. */
  sourceOwnerId: string | null;
  /** Alt text of what the family started from, as far as it had one. */
  sourceDescription: string | null;
  /** The language of its message; null for those of the time when there was only English. */
  locale: string | null;
}

/** What is known of a painting when it is delivered. */
export type NewPainting = Omit<Painting, 'depth' | 'favourite' | 'locale' | 'sourceDescription'> & {
  locale?: string | null;
  /** The parent's where it is left out. */
  sourceDescription?: string | null;
};

export interface Paintings {
  /** Files a painting; one with a known id is left as it is. */
  add(painting: NewPainting): Promise<Painting>;
  get(id: string): Promise<Painting | undefined>;
  byMessage(messageId: string): Promise<Painting | undefined>;
  setFavourite(id: string, favourite: number): Promise<void>;
  /** The painting now stands in another message, perhaps elsewhere. */
  moveTo(id: string, where: { channelId: string; messageId: string; locale?: string }): Promise<void>;
  remove(id: string): Promise<void>;
  /** The paintings that led to one, oldest first; of a long line the newest ones. */
  ancestorsOf(painting: Pick<Painting, 'parentId'>, most: number): Promise<Painting[]>;
  /** The paintings made from one, oldest first. */
  childrenOf(id: string): Promise<Painting[]>;
  /** The first ones of their families that started from a picture, oldest first. */
  firstFrom(source: string): Promise<Painting[]>;
  /** One page of a member's paintings, newest first, and how many there are. */
  pageOf(askerId: string, page: number, size: number): Promise<{ paintings: Painting[]; total: number }>;
  /** Everything of one member, oldest first. */
  ofMember(askerId: string): Promise<Painting[]>;
}

export function createPaintings(sql: Sql): Paintings {
  const one = async (condition: ReturnType<typeof eq>): Promise<Painting | undefined> => {
    const [row] = await sql.select().from(paintings).where(condition).limit(1);
    return row;
  };
  return {
    async add(painting) {
      const parent = painting.parentId === null ? undefined : await one(eq(paintings.id, painting.parentId));
      const whole: Painting = {
        locale: null,
        ...painting,
        sourceDescription: painting.sourceDescription ?? parent?.sourceDescription ?? null,
        depth: (parent?.depth ?? 0) + 1,
        favourite: 0,
      };
      await sql.insert(paintings).values(whole).onConflictDoNothing();
      return (await one(eq(paintings.id, painting.id))) ?? whole;
    },
    async ancestorsOf({ parentId }, most) {
      const line: Painting[] = [];
      let next = parentId;
      while (next !== null && line.length < most) {
        const painting = await one(eq(paintings.id, next));
        if (!painting) break;
        line.unshift(painting);
        next = painting.parentId;
      }
      return line;
    },
    get: (id) => one(eq(paintings.id, id)),
    byMessage: (messageId) => one(eq(paintings.messageId, messageId)),
    async setFavourite(id, favourite) {
      await sql.update(paintings).set({ favourite }).where(eq(paintings.id, id));
    },
    async moveTo(id, { channelId, messageId, locale }) {
      const language = locale === undefined ? {} : { locale };
      await sql
        .update(paintings)
        .set({ channelId, messageId, ...language })
        .where(eq(paintings.id, id));
    },
    ofMember: (askerId) =>
      sql.select().from(paintings).where(eq(paintings.askerId, askerId)).orderBy(paintings.createdAt),
    childrenOf: (id) =>
      sql.select().from(paintings).where(eq(paintings.parentId, id)).orderBy(paintings.createdAt),
    firstFrom: (source) =>
      sql
        .select()
        .from(paintings)
        .where(and(isNull(paintings.parentId), drizzleSql`${paintings.recipe}->>'source' = ${source}`))
        .orderBy(paintings.createdAt),
    async pageOf(askerId, page, size) {
      const own = eq(paintings.askerId, askerId);
      const [counted] = await sql.select({ total: count() }).from(paintings).where(own);
      const rows = await sql
        .select()
        .from(paintings)
        .where(own)
        .orderBy(desc(paintings.createdAt))
        .limit(size)
        .offset(page * size);
      return { paintings: rows, total: counted?.total ?? 0 };
    },
    async remove(id) {
      await sql.delete(paintings).where(eq(paintings.id, id));
    },
  };
}
