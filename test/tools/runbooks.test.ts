import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import remove from '../../commands/dns/remove.ts';
import set from '../../commands/dns/set.ts';
import show from '../../commands/dns/show.ts';
import type { Host } from '../../src/core/command.ts';
import { route } from '../../src/core/route.ts';
import { entriesFor, withEntry, without } from '../../src/tools/etc-hosts.ts';
import { parseRealms } from '../../src/tools/realm.ts';
import { recordValue } from '../../src/tools/records-values.ts';
import { parseRedirects, rulesText } from '../../src/tools/redirect.ts';

const name = fc.constantFrom('mirror.example.org', 'other.example.org', 'third', 'Fourth.example.org');
const address = fc.constantFrom('203.0.113.9', '2001:db8::9', '198.51.100.7');
const line = fc.oneof(
  fc
    .tuple(address, fc.uniqueArray(name, { minLength: 1, maxLength: 3 }), fc.constantFrom('', ' # theirs'))
    .map(([at, names, rest]) => `${at} ${names.join(' ')}${rest}`),
  fc.constantFrom('', '# a comment', '127.0.0.1\tlocalhost'),
);
const file = fc.array(line, { maxLength: 6 }).map((lines) => lines.map((one) => `${one}\n`).join(''));

describe('/etc/hosts', () => {
  it('gives a name one address, in a marked line, and changes no line that does not have it', () => {
    fc.assert(
      fc.property(file, name, address, (text, one, at) => {
        const next = withEntry(text, one, at);
        expect(entriesFor(next, one)).toEqual([{ address: at, names: [one], own: true }]);
        const kept = text.split('\n').filter((each) => entriesFor(each, one).length === 0);
        expect(without(next, one).split('\n')).toEqual(expect.arrayContaining(kept));
      }),
    );
  });

  it('is as it was when a name that was not there is taken out again', () => {
    fc.assert(
      fc.property(file, address, (text, at) => {
        expect(without(withEntry(text, 'new.example.org', at), 'new.example.org')).toBe(text);
      }),
    );
  });
});

it('reads back the redirects it writes, for nft and for iptables', () => {
  const ports = fc.integer({ min: 1, max: 65_535 });
  fc.assert(
    fc.property(fc.array(fc.record({ port: ports, to: ports }), { maxLength: 5 }), fc.constantFrom('nft', 'iptables'), (all, by) => {
      expect(parseRedirects(`== has\n${by}\n== rules\n${rulesText(new Set([by]), all)}== state\n`).own).toEqual(all);
    }),
  );
});

it('a DNS request is about the host that speaks to the server of the zone, the longest that the name is in', () => {
  const made = (name: string, site: string, zones?: string[]): Host => ({
    ...{ name, site, sites: [site], kind: 'linux', tags: [], address: '192.0.2.1', libvirt: '', ...(zones ? { zones } : {}) },
  });
  const all = [made('kvm1', 'east', ['example.org']), made('kvm2', 'west', ['lab.Example.org', 'example.net']), made('web1', 'east')];
  const about = (name: string) => [show, set, remove].map((one) => route(one, { name, type: 'A', values: ['192.0.2.80'] }, all).map((host) => host.name));
  expect(about('www.example.org.')).toEqual([['kvm1'], ['kvm1'], ['kvm1']]);
  expect(about('a.LAB.example.org')).toEqual([['kvm2'], ['kvm2'], ['kvm2']]);
  expect(about('badexample.org')[0]).toEqual(['kvm1', 'kvm2', 'web1']);
});

describe('values of records', () => {
  it.each([
    ['AAAA', '2001:0DB8:0:0::25', '2001:db8::25'],
    ['MX', '010 Mail.example.org', '10 mail.example.org.'],
    ['SRV', '0 5 5060 sip.example.org.', '0 5 5060 sip.example.org.'],
    ['TXT', 'say "x"', '"say \\"x\\""'],
    ['TXT', 'a'.repeat(300), `"${'a'.repeat(255)}" "${'a'.repeat(45)}"`],
    ['CAA', '0 issue ca.example.org', '0 issue "ca.example.org"'],
  ] as const)('%s %s', (type, typed, value) => {
    expect(recordValue(type, typed)).toBe(value);
  });

  it.each([
    ['A', '192.0.2.256'],
    ['A', '2001:db8::1'],
    ['CNAME', 'a b'],
    ['MX', 'mail.example.org'],
    ['SRV', '0 5 70000 sip.example.org'],
    ['TXT', 'tab\there'],
  ] as const)('%s %s is none', (type, typed) => {
    expect(() => recordValue(type, typed)).toThrow();
  });
});

it('reads what realm prints of a domain', () => {
  // realm discover of realmd 0.17.1, of a zone with the SRV records of Kerberos alone.
  const printed = 'example.org\n  type: kerberos\n  realm-name: EXAMPLE.ORG\n  domain-name: example.org\n  configured: no\n';
  expect(parseRealms(printed)).toEqual([{ name: 'example.org', member: false, server: '', packages: [] }]);
  expect(parseRealms('')).toEqual([]);
});
