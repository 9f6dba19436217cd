import { z } from 'zod';
import { word } from '../../core/args.ts';
import { Refusal } from '../../core/errors.ts';
import { spanMs } from '../../core/time.ts';
import { say } from '../../core/words.ts';
import { WITHIN } from '../confirm.ts';
import { bitsOf, cidrOf, isNetwork } from './masks.ts';

/** Names the kernel takes: at most 15 characters (IFNAMSIZ), no slash and no space; ours begin with a letter. */
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/;

/** A link by its name. */
export const link = () => word(NAME, { en: 'LINK', zh: '网卡' });
export const bridge = () => word(NAME, { en: 'BRIDGE', zh: '网桥' });
export const bond = () => word(NAME, { en: 'BOND', zh: '聚合' });
export const tunnel = () => word(NAME, { en: 'TUNNEL', zh: '隧道' });

/** Links with commas between; `none` for none. */
export const ports = () => word(/^[A-Za-z][A-Za-z0-9_.-]{0,14}(,[A-Za-z][A-Za-z0-9_.-]{0,14})*$/, { en: 'LINK,LINK…', zh: '网卡,网卡…' });
export const portsOf = (text: string): string[] => (text === 'none' ? [] : [...new Set(text.split(','))]);

/** An address with the length of its prefix, such as `192.0.2.21/24`; `asCidr` sees whether it is one. */
export const cidr = () => word(/^[0-9A-Fa-f:.]{2,45}\/\d{1,3}$/, { en: 'ADDRESS/LENGTH', zh: '地址/前缀长度' });
/** An IP address; `asAddress` sees whether it is one. */
export const ip = () => word(/^[0-9A-Fa-f:.]{2,45}$/, { en: 'ADDRESS', zh: 'IP 地址' });

/** Throws Refusal for what is no address with a prefix, or, where `network`, has bits after it. */
export function asCidr(text: string, network = false): string {
  if (network ? isNetwork(text) : cidrOf(text)) return text;
  throw new Refusal(
    network && cidrOf(text)
      ? say({ en: '“{text}” has bits after its prefix, so it is no network', zh: '“{text}” 前缀之后仍有非零位，不是网段' }, { text })
      : say({ en: '“{text}” is no address with a prefix', zh: '“{text}” 不是带前缀长度的地址' }, { text }),
    say({ en: 'such as {good}', zh: '例如 {good}' }, { good: network ? '203.0.113.0/24' : '192.0.2.21/24' }),
  );
}

/** Throws Refusal for what is no IP address. */
export function asAddress(text: string): string {
  if (bitsOf(text) !== undefined) return text;
  throw new Refusal(say({ en: '“{text}” is no IP address', zh: '“{text}” 不是 IP 地址' }, { text }));
}

const digits = (en: string, zh: string) => word(/^\d{1,8}$/, { en, zh });
export const vlanId = () => digits('ID', 'ID');
export const vni = () => digits('VNI', 'VNI');
export const mtu = () => digits('MTU', 'MTU');
export const metric = () => digits('METRIC', '度量值');
/** How soon a change must have proven itself, else the host goes back: `90s`, `2m`, or a bare number of seconds. */
export const within = () => word(/^[1-9][0-9]{0,5}[smhd]?$/, { en: 'TIME', zh: '时长' }).optional();
export const onOff = () => z.enum(['on', 'off']);

/** Throws Refusal for a number out of its bounds; undefined stays so. */
export function between(what: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (value >= least && value <= most) return value;
  throw new Refusal(
    say({ en: '{what} {text} is out of range', zh: '{what} {text} 超出范围' }, { what, text }),
    say({ en: 'from {least} to {most}', zh: '范围 {least}–{most}' }, { least, most }),
  );
}

/** `--within` in seconds. Throws Refusal out of its bounds. */
export function withinOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /\d$/.test(text) ? text : String(spanMs(text) / 1000);
  return between('--within', seconds, WITHIN.least, WITHIN.most);
}
