import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { NamedSource, Source } from './core/alerts/source.ts';
import type { Check, NamedCheck } from './core/check.ts';
import { type AnyCommand, HOST_KINDS } from './core/command.ts';
import { COMMAND_PATH, isCommand } from './core/commandshape.ts';

/** The folder of the commands that come with the bot. */
const FOLDER = fileURLToPath(new URL('../commands/', import.meta.url));

/** The folder of what the doctor knows. */
const CHECKS = fileURLToPath(new URL('./tools/checks/', import.meta.url));

/** The folder of those who send alerts. */
const SOURCES = fileURLToPath(new URL('./tools/sources/', import.meta.url));

const check = z.object({
  title: z.object({ en: z.string().min(1), zh: z.string().min(1) }),
  why: z.object({ en: z.string().min(1), zh: z.string().min(1) }),
  source: z.string().min(1),
  appliesTo: z.object({ en: z.string().min(1), zh: z.string().min(1) }),
  kinds: z.array(z.enum(HOST_KINDS)).min(1),
  examine: z.function(),
});

/** Whether a loaded module's default export is a check. */
function isCheck(value: unknown): value is Check {
  return check.safeParse(value).success;
}

const sent = z.object({ from: z.string().min(1), body: z.string().min(2), type: z.string().optional(), mapping: z.record(z.string(), z.string()).optional() });
const sender = z.object({
  title: z.object({ en: z.string().min(1), zh: z.string().min(1) }),
  documented: z.string().min(1),
  samples: z.array(sent).min(1),
  types: z.array(z.string()).min(1).optional(),
  body: z.custom((value) => value instanceof z.ZodType),
  signals: z.function(),
});

/** Whether a loaded module's default export is a source of alerts. */
function isSource(value: unknown): value is Source {
  return sender.safeParse(value).success;
}

/** Loads every kind of source of alerts; a file's name is its id. Throws, naming the file, for one that is not a source. */
export async function loadSources(folder = SOURCES): Promise<NamedSource[]> {
  const files = readdirSync(folder).filter((name) => /(?<!\.d)\.[jt]s$/.test(name));
  return Promise.all(
    files.sort().map(async (file): Promise<NamedSource> => {
      const module: { default?: unknown } = await import(pathToFileURL(join(folder, file)).href);
      if (!isSource(module.default)) throw new Error(`src/tools/sources/${file} exports no source; its default export must be source({ … })`);
      return { ...module.default, id: file.replace(/\.[jt]s$/, '') };
    }),
  );
}

/** Loads every check of the doctor; a file's name is its id. Throws, naming the file, for one that is not a check. */
export async function loadChecks(folder = CHECKS): Promise<NamedCheck[]> {
  const files = readdirSync(folder).filter((name) => /(?<!\.d)\.[jt]s$/.test(name));
  return Promise.all(
    files.sort().map(async (file): Promise<NamedCheck> => {
      const module: { default?: unknown } = await import(pathToFileURL(join(folder, file)).href);
      if (!isCheck(module.default)) throw new Error(`src/tools/checks/${file} exports no check; its default export must be check({ … })`);
      return { ...module.default, id: file.replace(/\.[jt]s$/, '') };
    }),
  );
}

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
