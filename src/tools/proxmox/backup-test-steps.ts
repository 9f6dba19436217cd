import { apiPath } from '../../core/call.ts';
import type { ApiStep, Step, Target } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { restoreCall, type Source } from './backup-restore.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A scratch guest that is to be. `cards`: its network cards, unplugged. `agent`: it has an agent that is waited for. */
export interface Scratch {
  readonly source: Source;
  readonly node: string;
  readonly vmid: number;
  readonly storage: string | undefined;
  readonly cards: { readonly [name: string]: string };
  readonly agent: boolean;
}

/** Restore, unplug, start, see it run; stop and destroy whatever happened. */
export function stepsOf({ source, node, vmid, storage, cards, agent }: Scratch): Step[] {
  const { host, type } = source;
  const on: Target = { site: host.site, host: host.name, name: `scratch ${vmid}` };
  const base = apiPath`/nodes/${node}/${type}/${vmid}`;
  const call = (why: Said, method: ApiStep['method'], path: string, params: ApiStep['params'] = {}): ApiStep => ({
    kind: 'api',
    on,
    why,
    method,
    path,
    params,
    timeoutMs: 10 * MINUTE,
  });
  const seen = (why: Said, path: string, pick: string, until: { readonly is: string } | { readonly isNot: string }): Step => ({
    kind: 'wait',
    on,
    why,
    read: { path, pick },
    until,
    everyMs: 1000,
    timeoutMs: 5 * MINUTE,
  });
  const name = `restore-test-${vmid}`;
  return [
    { ...restoreCall(source, node, vmid, { storage, start: false, over: false }), on, why: say({ en: 'restore', zh: '恢复' }), timeoutMs: DAY },
    {
      ...call(say({ en: 'unplug its network', zh: '断开网络' }), 'PUT', `${base}/config`, {
        ...cards,
        onboot: 0,
        protection: 0,
        ...(type === 'qemu' ? { name } : { hostname: name }),
      }),
      proof: 'again',
    },
    call(say({ en: 'start', zh: '启动' }), 'POST', `${base}/status/start`),
    seen(say({ en: 'until it runs', zh: '直到运行' }), `${base}/status/current`, 'data.status', { is: 'running' }),
    ...(agent ? [seen(say({ en: 'until its agent answers', zh: '直到代理有回应' }), `${base}/agent/info`, 'data.result.version', { isNot: '' })] : []),
    ...(type === 'qemu' ? [{ ...call(say({ en: 'stop', zh: '停止' }), 'POST', `${base}/status/stop`), always: true as const }] : []),
    { ...call(say({ en: 'destroy', zh: '销毁' }), 'DELETE', base, { purge: 1, ...(type === 'qemu' ? {} : { force: 1 }) }), always: true as const },
  ];
}
