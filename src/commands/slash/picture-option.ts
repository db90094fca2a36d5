import { ApplicationCommandOptionType } from 'discord-api-types/v10';

/** The option for the picture that a command works on. Discord's client offers pictures only; the field is newer than the types. */
export const pictureOption = (description: string) => ({
  name: 'image',
  description,
  type: ApplicationCommandOptionType.Attachment as const,
  required: true,
  ...fileTypes,
});
const fileTypes: object = { file_types: ['image'] };
