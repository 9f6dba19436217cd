import type { Policy } from '../policy.ts';
import { onCall } from './rota.ts';
import type { Routing } from './routing.ts';

/** Whom `@person`, `role:NAME` and `rota:NAME` mean at a moment, by id, each once. Who is unknown is left out. */
export function peopleOf(mentions: readonly string[], { rotas }: Pick<Routing, 'rotas'>, { people }: Pick<Policy, 'people'>, at: number): readonly string[] {
  const meant = mentions.flatMap((mention) => {
    if (mention.startsWith('@')) return [mention.slice(1)];
    const name = mention.slice(5);
    if (mention.startsWith('role:')) return [...people.values()].filter(({ roles }) => roles.includes(name)).map(({ id }) => id);
    const rota = mention.startsWith('rota:') ? rotas.get(name) : undefined;
    return rota ? [onCall(rota, at)] : [];
  });
  return [...new Set(meant)].filter((id) => id !== undefined && people.has(id)).filter((id) => id !== undefined);
}
