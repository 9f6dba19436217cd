import type { Host, Look } from '../core/command.ts';
import { HostError, Refusal } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { didYouMean } from '../core/parse.ts';
import { type Said, say } from '../core/words.ts';
import { facts } from './facts.ts';
import * as systemctl from './systemctl.ts';

/** A unit as it is on one host, under its own name. */
export interface UnitThere {
  readonly host: Host;
  /** Its own name where another was given: `sshd.service` is `ssh.service` on Debian. */
  readonly id: string;
  readonly shown: systemctl.UnitShown;
}

/** Throws Refusal where systemd does not run the host. */
export async function mustRunSystemd(look: Look, host: Host): Promise<void> {
  const found = await look.read(host, facts());
  if (found.systemd) return;
  throw new Refusal(say({ en: '{host}: {why}; nothing was done', zh: '{host}：{why}；未做任何操作' }, { host: host.name, why: notSystemd(found.init) }));
}

/** Asks a host that systemd runs; for a table of several, another is a host that cannot be asked. Throws Refusal, HostError. */
export async function whereSystemd<T>(look: Look, host: Host, ask: () => Promise<T>): Promise<T> {
  if (look.hosts.length < 2) await mustRunSystemd(look, host);
  else {
    const { systemd, init } = await look.read(host, facts());
    if (!systemd) throw new HostError('failed', host.name, notSystemd(init));
  }
  return ask();
}

function notSystemd(init: string): Said {
  return say(
    { en: 'is run by {init}, not by systemd: it has no units and no journal', zh: '由 {init} 而非 systemd 管理：没有单元和日志' },
    { init: init || '?' },
  );
}

/** The unit of this name. Throws Refusal where there is none, with the nearest there are, and for a template. */
export async function unitThere(look: Look, host: Host, name: string): Promise<UnitThere> {
  if (/@\.[a-z]+$/.test(name)) {
    const instance = name.replace('@.', '@NAME.');
    throw new Refusal(
      say({ en: '“{name}” is a template: nothing runs by this name', zh: '“{name}”是模板：没有以此名称运行的单元' }, { name }),
      say({ en: 'name an instance, such as `{instance}`', zh: '请指定实例，例如 `{instance}`' }, { instance }),
    );
  }
  await mustRunSystemd(look, host);
  const shown = await look.read(host, systemctl.show(name));
  if (shown.LoadState !== 'not-found') return { host, id: shown.Id ?? name, shown };
  const near = nearest(name, await look.read(host, systemctl.unitNames()));
  throw new Refusal(
    say({ en: 'there is no service “{name}” on {host}; nothing was done', zh: '{host} 上没有服务“{name}”；未做任何操作' }, { name, host: host.name }),
    near.length > 0
      ? didYouMean(near.map((one) => one.replace(/\.service$/, '')))
      : say({ en: '`svc list {host}` shows what runs there', zh: '可用 `svc list {host}` 查看' }, { host: host.name }),
  );
}
