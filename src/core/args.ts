import { z } from 'zod';
import { accountOf, accountText } from './account.ts';
import { type Names, naming, registry } from './argument.ts';
import { SPAN, spanMs } from './time.ts';
import type { Words } from './words.ts';

const NAME = '[A-Za-z0-9_][A-Za-z0-9._-]*';

/** One or more of: a host, `@tag`, `site:name`. Many are typed one after the other, as the last argument. */
export const targets = () =>
  z
    .array(z.string().regex(new RegExp(`^(${NAME}|@${NAME}|site:${NAME})$`)))
    .min(1)
    .max(200)
    .register(registry, { names: 'hosts', label: { en: 'HOST|@TAG|site:NAME …', zh: '主机|@标签|site:站点 …' } });

/** Like `targets`, and all hosts in reach when left out. */
export const anyTargets = () =>
  z
    .array(z.string().regex(new RegExp(`^(${NAME}|@${NAME}|site:${NAME})$`)))
    .max(200)
    .default([])
    .register(registry, { names: 'hosts', label: { en: 'HOST|@TAG|site:NAME …', zh: '主机|@标签|site:站点 …' } });

/** What a freeze is about: everything, one host, a tag or a site. */
export const scope = () =>
  z
    .string()
    .regex(new RegExp(`^(\\*|${NAME}|@${NAME}|site:${NAME})$`))
    .default('*')
    .register(registry, { names: 'hosts', label: { en: 'HOST|@TAG|site:NAME|*', zh: '主机|@标签|site:站点|*' } });

/** One host by name. */
export const host = () =>
  z
    .string()
    .regex(new RegExp(`^${NAME}$`))
    .register(registry, { names: 'host', label: { en: 'HOST', zh: '主机' } });

/** A guest by name, or `host/name` where the name alone is not enough. Names may hold spaces, never a slash or a leading dash. */
export const guest = () =>
  z
    .string()
    .max(200)
    .regex(new RegExp(`^(${NAME}/)?[^/\\s-][^/\\n]*$`))
    .register(registry, { names: 'guest', label: { en: 'GUEST', zh: '客户机' } });

/** A systemd unit; `.service` is added where the name has no type. Syntax: systemd.unit(5). */
export const unit = () =>
  z
    .string()
    .max(255)
    .regex(/^[A-Za-z0-9_@:][A-Za-z0-9_@:.\\-]*$/)
    .transform((name) => (/\.(service|socket|timer|target|mount|path|slice|scope)$/.test(name) ? name : `${name}.service`))
    .register(registry, { names: 'unit', label: { en: 'UNIT', zh: '单元' } });

/** A snapshot's name: letter first, then letters, digits, `_` and `-`, at most 40 (Proxmox' rule, kept for libvirt too). */
export const snapshot = () =>
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/)
    .register(registry, { names: 'text', label: { en: 'SNAPSHOT', zh: '快照' } });

/** A node of a cluster, or `cluster/node` where two clusters have one of that name. */
export const node = () =>
  z
    .string()
    .regex(new RegExp(`^(${NAME}/)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`))
    .register(registry, { names: 'node', label: { en: 'NODE', zh: '节点' } });

/** A Proxmox cluster of the configuration. */
export const cluster = () =>
  z
    .string()
    .regex(new RegExp(`^${NAME}$`))
    .register(registry, { names: 'host', label: { en: 'CLUSTER', zh: '集群' } });

/** A backup server of the configuration. */
export const server = () =>
  z
    .string()
    .regex(new RegExp(`^${NAME}$`))
    .register(registry, { names: 'host', label: { en: 'SERVER', zh: '备份服务器' } });

/** A storage of a Proxmox cluster (`pve-storage-id`), or `cluster/storage`. */
export const storage = () =>
  z
    .string()
    .max(200)
    .regex(new RegExp(`^(${NAME}/)?[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]$`))
    .register(registry, { names: 'storage', label: { en: 'STORAGE', zh: '存储' } });

/** The number of a guest: 100 to 999999999. */
export const vmid = () =>
  z
    .string()
    .regex(/^[1-9][0-9]{2,8}$/)
    .register(registry, { names: 'text', label: { en: 'VMID', zh: 'VMID' } });

/** The name of what is about to be lost, typed once more. */
export const confirm = () =>
  z
    .string()
    .min(1)
    .max(200)
    .register(registry, { names: 'text', label: { en: 'NAME, once more', zh: '再次输入名称' } });

/** A word of a pattern of its own. */
export const word = (pattern: RegExp, label: Words, names: Names = 'text') => z.string().max(1000).regex(pattern).register(registry, { names, label });

/** A host of the configuration, an IP address, or a DNS name. */
export const address = () =>
  z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9:_]([A-Za-z0-9:._-]*[A-Za-z0-9.])?$/)
    .register(registry, { names: 'host', label: { en: 'ADDRESS', zh: '地址' } });

/** A DNS name: labels of at most 63 characters. RFC 1035. */
export const dnsName = () => word(/^(?=.{1,253}$)[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_-]{1,63})*\.?$/, { en: 'NAME', zh: '域名' });

/** Name servers by IP address; resolv.conf(5) takes three. */
export const nameServers = () =>
  z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .max(3)
    .default([])
    .register(registry, { names: 'text', label: { en: 'ADDRESS …', zh: '地址 …' } });

/** A program the configuration declares under `programs:`. */
export const programName = () =>
  z
    .string()
    .regex(new RegExp(`^${NAME}$`))
    .register(registry, { names: 'program', label: { en: 'PROGRAM', zh: '程序' } });

/** An option that may be given many times: `--with name=value`. */
export const settings = () =>
  z
    .array(z.string().max(4000))
    .max(50)
    .default([])
    .register(registry, { names: 'text', label: { en: 'NAME=VALUE', zh: '名称=值' } });

/** A request by its id: `T` and eleven letters and digits, in any case. */
export const ticketName = () =>
  z
    .string()
    .regex(/^[Tt][0-9A-Za-z]{11}$/)
    .transform((id) => id.toUpperCase())
    .register(registry, { names: 'text', label: { en: 'REQUEST', zh: '请求' } });

/** A lock's path, such as `east/web1` or `east/web1/unit:nginx.service`. */
export const lockName = () =>
  z
    .string()
    .max(300)
    .regex(/^[^\s/-][^\s/]*(\/[^/\n]+)*$/)
    .register(registry, { names: 'text', label: { en: 'LOCK', zh: '锁' } });

/** Why something is done, for the record. */
export const reason = () => naming(z.string().min(3).max(500), 'text', { en: 'REASON', zh: '理由' });

/** A whole command line, between quotes. */
export const line = () => naming(z.string().min(1).max(4000), 'text', { en: '"LINE"', zh: '“命令行”' });

/** A span of time such as `90s`, `30m`, `12h` or `7d`, in milliseconds; at most a year. */
export const span = () =>
  z
    .string()
    .regex(SPAN)
    .transform(spanMs)
    .refine((ms) => ms <= 365 * 86_400_000)
    .register(registry, { names: 'text', label: { en: 'TIME', zh: '时长' } });

/** A moment: ISO 8601 with a time zone, such as `2026-11-21T09:00:00Z`. */
export const moment = () => z.iso.datetime({ offset: true }).register(registry, { names: 'text', label: { en: 'TIME', zh: '时间' } });

/** An option that is there or not. */
export const flag = () => z.boolean().default(false);

/** An account as `accountOf` reads it: `slack:U0123ABCD`, `@ana:example.org`. */
export const accountName = () =>
  z
    .string()
    .max(300)
    .refine((text) => accountOf(text) !== undefined)
    .transform((text) => accountText(accountOf(text) ?? { chat: '', id: text }))
    .register(registry, { names: 'text', label: { en: 'ACCOUNT', zh: '账号' } });

/** The words of a command's path, for `help`. */
export const commandWords = () =>
  z
    .array(z.string().regex(/^[a-z0-9-]+$/))
    .max(3)
    .default([])
    .register(registry, { names: 'command', label: { en: 'COMMAND', zh: '命令' } });
