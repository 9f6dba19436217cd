import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type AnyCommand, COMMAND_PATH, isCommand } from './core/command.ts';

/** The folder of the commands that come with the bot. */
const FOLDER = fileURLToPath(new URL('../commands/', import.meta.url));

/** Loads every command of a folder; a file's path is the command's name. Throws, naming the file, for one that is not a command. */
export async function loadCommands(folder = FOLDER): Promise<Map<string, AnyCommand>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.[jt]s$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  const loaded = await Promise.all(
    files.map(async (file): Promise<[string, AnyCommand]> => {
      const path = file
        .replace(/\.[jt]s$/, '')
        .split(sep)
        .join(' ');
      if (!COMMAND_PATH.test(path)) throw new Error(`commands/${file}: “${path}” is not a legal command name: lower-case words, at most three`);
      const module: { default?: unknown } = await import(pathToFileURL(join(folder, file)).href);
      if (!isCommand(module.default)) throw new Error(`commands/${file} exports no command; its default export must be command({ … })`);
      return [path, module.default];
    }),
  );
  return new Map(loaded);
}
