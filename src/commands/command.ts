import type {
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import type { Phrase } from '../language/phrase.ts';
import type { Attachment, TargetMessage } from './context.ts';
import type { CustomId } from './custom-id.ts';
import type { Context } from './services.ts';
import type { Asking } from './styles-for.ts';

/** The values of a slash command's options. */
export interface OptionValues {
  /** The subcommand that was chosen, where the command has some. */
  subcommand: string | undefined;
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  /** The id of a role. */
  role(name: string): string | undefined;
  file(name: string): Attachment | undefined;
}

export interface Choice {
  name: string;
  value: string;
}

/** How an event is acknowledged before anything else happens; Discord waits three seconds. */
export type Acknowledgement =
  /** "thinking…", seen only by who asked. */
  | 'private'
  /** Nothing is shown; the message with the component stays as it is. */
  | 'quiet'
  /** The handler opens a form, which is the acknowledgement. */
  | 'form';

/** What members read about a command: a text of the catalogue, or one with its values. */
export type Wording = string | Phrase;

/** Something that Discord registers, its descriptions and the names of its choices not in any language yet. */
export type Worded<T> = T extends readonly (infer Part)[]
  ? readonly Worded<Part>[]
  : T extends object
    ? {
        [Key in keyof T]: Key extends 'description'
          ? Wording
          : Key extends 'choices'
            ? WordedChoices<T[Key]>
            : Worded<T[Key]>;
      }
    : T;
type WordedChoices<T> = T extends readonly (infer One)[]
  ? readonly (Omit<One, 'name'> & { name: Wording })[]
  : T;

/** What a command leads to: a painting, which everybody may see, an answer to who asked, or a form. */
export type Outcome = 'paints' | 'private' | 'form';

export interface SlashCommand {
  data: Worded<RESTPostAPIChatInputApplicationCommandsJSONBody>;
  /** Leads to a painting, which everybody may see. */
  paints?: true;
  /** What each subcommand leads to, where there are some. */
  subcommands?: Readonly<Record<string, Outcome>>;
  run(context: Context, options: OptionValues): Promise<void>;
  /**
   * Choices for a half-typed option, at most 25.
   * @param chosen the text of another option, as far as it is typed
   */
  complete?(
    asking: Asking,
    option: string,
    value: string,
    subcommand: string | undefined,
    chosen: (option: string) => string | undefined,
  ): Choice[] | Promise<Choice[]>;
}

export interface MessageCommand {
  data: RESTPostAPIContextMenuApplicationCommandsJSONBody;
  acknowledge: Exclude<Acknowledgement, 'quiet'>;
  run(context: Context, target: TargetMessage): Promise<void>;
}

/** A press on a button, or a choice in a select. */
export interface Action {
  acknowledge: Acknowledgement;
  run(context: Context, id: CustomId, values: readonly string[]): Promise<void>;
}

/** The fields of a form that was sent. */
export interface FormValues {
  text(name: string): string | undefined;
  choices(name: string): readonly string[];
  file(name: string): Attachment | undefined;
}

export interface FormHandler {
  /** Ends in a private answer; a form leads to a painting otherwise. */
  answers?: true;
  run(context: Context, id: CustomId, values: FormValues): Promise<void>;
}
