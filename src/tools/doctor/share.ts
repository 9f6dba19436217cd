import type { Host, Look } from '../../core/command.ts';
import { HostError } from '../../core/errors.ts';
import { read, readApi } from '../../core/read.ts';
import type { ApiBody, ApiRead, Read } from '../../core/types.ts';
import { say } from '../../core/words.ts';

interface Raw {
  readonly output: string;
  readonly exit: number;
  readonly at: number;
}

/** A look that asks a host the same only once, however many want to know it: checks share what they read. */
export function sharing(look: Look): Look {
  const shells = new Map<string, Promise<Raw>>();
  const apis = new Map<string, Promise<ApiBody>>();
  return {
    ...look,
    async read<T>(host: Host, question: Read<T> | ApiRead<T>): Promise<T> {
      if ('path' in question) {
        const { path, params } = question;
        const body = await once(apis, JSON.stringify([host.name, path, params]), () =>
          look.read(host, readApi({ path, ...(params ? { params } : {}), parse: (whole) => whole })),
        );
        return parsed(host, path, () => question.parse(body));
      }
      const { argv, exits = [], stdin, keepMs } = question;
      const { output, exit, at } = await once(shells, JSON.stringify([host.name, argv, exits, stdin]), () =>
        look.read(
          host,
          read({
            ...{ argv, exits, parse: (output, exit, at) => ({ output, exit, at }) },
            ...(stdin === undefined ? {} : { stdin }),
            ...(keepMs === undefined ? {} : { keepMs }),
          }),
        ),
      );
      return parsed(host, argv[0], () => question.parse(output, exit, at));
    },
  };
}

function once<T>(kept: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known) return known;
  const asked = ask();
  kept.set(key, asked);
  return asked;
}

function parsed<T>(host: Host, program: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new HostError('failed', host.name, say({ en: '{program} gave an answer that cannot be read', zh: '{program} 的输出无法解析' }, { program }), {
      cause: error,
    });
  }
}
