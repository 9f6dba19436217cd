import { describe, expect, it } from 'vitest';
import { differences } from './compare.ts';
import { type Answer, type Exchange, parseExchanges } from './exchange.ts';
import { faultOf, remarksOf } from './faults.ts';
import { curled, FULL, good, no, upid, wrong } from './own/shape.ts';

function exchange(entry: unknown): Exchange {
  const [one] = parseExchanges([entry]);
  if (one === undefined) throw new Error('there is one');
  return one;
}
const CONFIG = '/nodes/pve1/qemu/100/config';

describe('a recorded request is read', () => {
  it('with parameters whose values have spaces and equals signs', () => {
    const { params, body, query } = exchange(good('POST', '/nodes/pve1/vzdump', 'vmid=200,101 notes-template={{guestname}} {{vmid}} x=a=b', null));
    expect(params).toEqual({ vmid: '200,101', 'notes-template': '{{guestname}} {{vmid}}', x: 'a=b' });
    expect(body?.text).toBe('vmid=200%2C101&notes-template=%7B%7Bguestname%7D%7D+%7B%7Bvmid%7D%7D&x=a%3Db');
    expect(query).toBe('');
  });
  it('with the query of what reads and deletes', () => {
    expect(exchange(good('DELETE', '/nodes/pve1/qemu/100', 'purge=1', null))).toMatchObject({ query: 'purge=1', body: undefined, params: { purge: '1' } });
  });
  it('from a curl line', () => {
    const raw = exchange(curled(good('PUT', CONFIG, '', null), `${FULL} -X PUT`, '-d net0=virtio,bridge=vmbr0'));
    expect(raw).toMatchObject({ method: 'PUT', path: CONFIG, format: 'json', body: { text: 'net0=virtio,bridge=vmbr0' } });
    const json = exchange(curled(good('POST', CONFIG, '', null), `${FULL} -X POST -H Content-Type: application/json`, '-d {"onboot":true,"name":"two words"}'));
    expect(json).toMatchObject({ params: { onboot: '1', name: 'two words' }, body: { type: 'application/json', text: '{"onboot":true,"name":"two words"}' } });
    const twice = exchange(curled(good('PUT', CONFIG, '', null), `-X PUT ${FULL}`, '--data-urlencode net0=a,b=c -d memory=1'));
    expect(twice.body?.text).toBe('net0=a%2Cb%3Dc&memory=1');
  });
  it.each([
    ['-H Authorization: PVEAPIToken=ops@pve!bot=<secret>', 200, { kind: 'token', id: 'ops@pve!bot', secret: undefined }],
    ['-H Authorization: PVEAPIToken=ops@pve!bot=bad', 401, { kind: 'token', id: 'ops@pve!bot', secret: 'bad' }],
    ['-H Authorization: PVEAPIToken=garbage', 401, { kind: 'header', value: 'PVEAPIToken=garbage' }],
    ['-H Cookie: PVEAuthCookie=bad', 401, { kind: 'ticket', user: undefined, ticket: 'bad', csrf: undefined }],
    ['-b PVEAuthCookie=<ticket> -H CSRFPreventionToken: <t>', 200, { kind: 'ticket', user: undefined, ticket: undefined, csrf: 'right' }],
    ['-k', 401, { kind: 'nobody' }],
  ])('with who asks: %s', (options, status, who) => {
    expect(exchange({ ...curled(good('GET', '/version', '', {}), options), status }).credentials).toEqual(who);
  });
  it('without a curl line, with the token of the answer', () => {
    expect(exchange(good('POST', '/nodes/pve1/qemu/100/status/start', '', upid('qmstart', 100, 'pve1', 'ops@pve!bot'))).credentials).toMatchObject({
      id: 'ops@pve!bot',
    });
    expect(exchange(good('POST', '/nodes/pve1/qemu/100/status/start', '', upid('qmstart', 100, 'pve1', 'root@pam'))).credentials).toMatchObject({
      kind: 'ticket',
      user: 'root@pam',
    });
    expect(exchange({ method: 'GET', path: '/nodes', status: 401, reason: 'No ticket', body: null }).credentials).toEqual({ kind: 'nobody' });
  });
});

describe('two answers', () => {
  const want = exchange(good('GET', '/nodes/pve1/qemu', '', [{ vmid: 100, name: 'web1', status: 'running', cpu: 0.1, maxmem: 1 }]));
  const got = (data: unknown, more: Partial<Answer> = {}): Answer => ({ status: 200, reason: 'OK', body: { data }, ...more });
  const row = { vmid: '100', name: 'web1', status: 'running', maxmem: 5, more: 1 };

  it('are the same with other measures, numbers as text, and more fields', () => {
    expect(differences(want, got([row]))).toEqual([]);
  });
  it.each<[string, Answer, RegExp]>([
    ['another status', { status: 500, reason: 'x', body: null }, /status is 500/],
    ['a reason of another class', got([row], { reason: 'VM is locked (backup)' }), /reason/],
    ['a stable text that differs', got([{ ...row, name: 'web2' }]), /name/],
    ['a missing field', got([{ vmid: 100, status: 'running' }]), /name\b.*missing/],
    ['a field of another type', got([{ ...row, name: ['web1'] }]), /name/],
    ['one too many', got([row, { ...row, vmid: 101 }]), /101 too/],
    ['one missing', got([]), /no 100/],
    ['no data', got(null), /data is missing/],
    ['an empty body', { status: 200, reason: 'OK', body: null }, /no JSON body/],
  ])('differ by %s', (_, answer, told) => {
    expect(differences(want, answer).join()).toMatch(told);
  });
  it('differ by the keys of errors, by messages but for process numbers, by UPIDs but for times', () => {
    const params = exchange(wrong('PUT', CONFIG, 'a=1', { a: 'x' }));
    const body = { data: null, message: 'Parameter verification failed.\n' };
    expect(differences(params, { ...params.answer, body: { ...body, errors: { a: 'another text' } } })).toEqual([]);
    expect(differences(params, { ...params.answer, body: { ...body, errors: { b: 'x' } } })).toHaveLength(1);
    const read = (pid: number) =>
      exchange(no('PUT', CONFIG, '', 500, `unable to open file '/etc/pve/nodes/pve1/qemu-server/100.conf.tmp.${pid}' - Permission denied`));
    expect(differences(read(1), read(2).answer)).toEqual([]);
    const task = exchange(good('POST', '/nodes/pve1/qemu/100/status/start', '', upid('qmstart', 100)));
    expect(differences(task, { status: 200, reason: 'OK', body: { data: 'UPID:pve1:00000001:00000002:00000003:qmstart:100:root@pam!full:' } })).toEqual([]);
    expect(differences(task, { status: 200, reason: 'OK', body: { data: upid('qmstop', 100) } })).toHaveLength(1);
  });
  it('differ by total and changes beside the data', () => {
    const beside = exchange(good('GET', '/nodes/pve1/network', '', [], { total: 1, changes: '+iface x inet manual' }));
    expect(differences(beside, { status: 200, reason: 'OK', body: { data: [], total: 2 } })).toHaveLength(2);
  });
});

describe('faults of the recording machine', () => {
  it('are told from what Proxmox says', () => {
    expect(
      faultOf(exchange(no('POST', '/cluster/backup', '', 500, "unable to open file '/var/lib/pve-manager/jobs/x.tmp.1' - No such file or directory"))),
    ).toMatch(/lacks/);
    expect(
      faultOf(exchange(no('PUT', CONFIG, '', 500, "unable to open file '/etc/pve/nodes/pve1/qemu-server/100.conf.tmp.1' - Permission denied"))),
    ).toBeUndefined();
    expect(faultOf(exchange(no('GET', CONFIG, '', 500, "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist")))).toBeUndefined();
  });
  it('are named where the rest can be compared', () => {
    expect(remarksOf(exchange({ ...good('GET', '/nodes', '', [{ node: 'pve1', status: 'unknown' }]), reason: null }))).toHaveLength(2);
    expect(remarksOf(exchange(good('GET', '/nodes', '', [{ node: 'pve1', status: 'online' }])))).toEqual([]);
  });
});
