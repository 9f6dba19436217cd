import { describe, expect, it } from 'vitest';
import { door, fields, vm } from './pve/door.ts';

const bot = { id: 'bot@pve!b', secret: 's', privileges: { '/vms/100': ['VM.Audit', 'VM.PowerMgmt'] } };

describe('status lines and bodies', () => {
  it('answers bad credentials without a body', async () => {
    const { raw } = await door();
    const seen = await Promise.all([
      raw('GET', '/version', { token: '' }),
      raw('GET', '/version', { headers: { Authorization: 'PVEAPIToken=root@pam!full=wrong' } }),
      raw('GET', '/version', { headers: { Authorization: 'PVEAPIToken=garbage' } }),
      raw('GET', '/version', { token: '', headers: { Cookie: 'PVEAuthCookie=bad' } }),
    ]);
    expect(seen.map(({ status, reason, text }) => [status, reason, text])).toEqual([
      [401, 'No ticket', ''],
      ...Array.from({ length: 3 }, () => [401, 'Authentication failed!', '']),
    ]);
    expect((await raw('GET', '/version', { headers: { Authorization: 'PVEAPIToken root@pam!full=full-secret' } })).status).toBe(200);
  });

  it('says what is wrong in the reason phrase and in the message, which ends with a newline', async () => {
    const { no, raw } = await door({ guests: [vm(100)], tokens: [bot] });
    expect(await no('GET', '/nodes/pve1/qemu/999/config')).toEqual({
      line: "500 Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist",
      data: null,
      message: "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist\n",
    });
    expect((await no('POST', '/nodes/pve1/qemu/100/snapshot', { snapname: 'one' }, bot.id)).line).toBe('403 Permission check failed (/vms/100, VM.Snapshot)');
    const unknown = await raw('POST', '/nodes/pve1/qemu/100/status/bogus');
    expect([unknown.status, unknown.reason]).toEqual([501, "Method 'POST /nodes/pve1/qemu/100/status/bogus' not implemented"]);
    expect(JSON.parse(unknown.text)).toEqual({ data: null, message: unknown.reason });
    expect(await raw('HEAD', '/version')).toMatchObject({ status: 501, reason: "method 'HEAD' not available", text: '' });
  });

  it('names every bad parameter at once', async () => {
    const { no } = await door({ guests: [vm(100)] });
    expect(await no('PUT', '/nodes/pve1/qemu/100/config', { name: 'bad_name!', nosuch: 1, cores: 'many', ostype: 'dos', cpuunits: 0 })).toMatchObject({
      line: '400 Parameter verification failed.',
      message: 'Parameter verification failed.\n',
      errors: {
        name: 'invalid format - value does not look like a valid DNS name\n',
        nosuch: 'property is not defined in schema and the schema does not allow additional properties',
        cores: "type check ('integer') failed - got 'many'",
        ostype: expect.stringMatching(/^value 'dos' does not have a value in the enumeration 'other, /),
        cpuunits: 'value must have a minimum value of 1',
      },
    });
    expect(await no('POST', '/nodes/pve1/qemu/100/snapshot')).toMatchObject({ errors: { snapname: 'property is missing and it is not optional' } });
    expect(await no('PUT', '/nodes/pve1/qemu/100/config', { delete: 'nosuch' })).toMatchObject({ errors: { delete: "unknown option 'nosuch'" } });
    expect((await no('POST', '/nodes/pve1/qemu/100/snapshot', { snapname: 'one', vmid: 101 })).line).toBe(
      "400 Parameter verification failed - duplicate parameter 'vmid'",
    );
  });

  it('answers everything with 200 in the other format', async () => {
    const { raw } = await door({ guests: [vm(100)] });
    const answer = async (path: string) => {
      const { status, text } = await raw('GET', path, { root: '/api2/extjs' });
      return [status, JSON.parse(text)];
    };
    expect(await answer('/nodes/pve1/qemu/999/config')).toEqual([
      200,
      { success: 0, status: 500, data: null, message: "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist\n" },
    ]);
    expect(await answer('/nodes/pve1/tasks?limit=x')).toEqual([200, expect.objectContaining({ success: 0, status: '400' })]);
    expect(await answer('/version')).toEqual([200, expect.objectContaining({ success: 1 })]);
  });
});

describe('what a request carries', () => {
  const config = '/nodes/pve1/qemu/100/config';
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

  it('cuts a value at a raw equals sign and separates at a semicolon', async () => {
    const { raw, call, cluster } = await door({ guests: [vm(100)] });
    expect((await raw('PUT', config, { headers: form, body: 'description=a=b;tags=one' })).status).toBe(200);
    expect(cluster.guest(100)?.config).toMatchObject({ description: 'a', tags: 'one' });
    expect((await raw('PUT', config, { headers: form, body: 'net0=virtio,bridge=vmbr1' })).status).toBe(400);
    await call('PUT', config, { net0: 'virtio,bridge=vmbr1', description: 'a=b;c&d%' });
    expect(cluster.guest(100)?.config).toMatchObject({ description: 'a=b;c&d%', net0: 'virtio,bridge=vmbr1' });
  });

  it('reads JSON under exactly that content type, booleans too', async () => {
    const { raw, cluster } = await door({ guests: [vm(100)] });
    const body = JSON.stringify({ onboot: true, description: 'é\nß' });
    expect((await raw('PUT', config, { headers: { 'Content-Type': 'application/json' }, body })).status).toBe(200);
    expect(cluster.guest(100)?.config).toMatchObject({ onboot: 1, description: 'é\nß' });
    const other = await raw('PUT', config, { headers: { 'Content-Type': 'application/json; charset=utf-8' }, body });
    expect(other).toMatchObject({ status: 500, reason: 'no options specified' });
  });

  it('takes no content where none is expected, and no more than 512 KiB', async () => {
    const { raw } = await door({ guests: [vm(100)] });
    expect((await raw('DELETE', '/nodes/pve1/qemu/100', { headers: form, body: 'purge=1' })).reason).toBe("Unexpected content for method 'DELETE'");
    const chunked = await raw('PUT', config, { headers: { ...form, 'Transfer-Encoding': 'chunked', 'Content-Length': '' }, body: '' });
    expect(chunked.status).not.toBe(200);
    expect((await raw('PUT', config, { headers: { 'Content-Length': String(600 * 1024) }, body: '' })).reason).toBe('for data too large');
  });

  it('keeps numbers and texts apart as config files do', async () => {
    const { call } = await door({ guests: [vm(100)] });
    await call('PUT', config, { memory: 2048, onboot: 1, cores: 2, agent: 1, cpulimit: '0.4', tags: 'web;Prod,web' });
    expect(fields.parse((await call('GET', config)).data)).toMatchObject({
      memory: '2048',
      onboot: 1,
      cores: 2,
      agent: '1',
      cpulimit: '0.4',
      tags: 'prod;web',
    });
  });
});

describe('signing in', () => {
  it('gives a ticket that is good for reading, and for writing with its other half', async () => {
    const { call, no, raw } = await door({ guests: [vm(100)], tokens: [bot], passwords: { 'bot@pve': 'secret' } });
    expect(await no('POST', '/access/ticket', { username: 'bot@pve', password: 'wrong' })).toMatchObject({
      line: '401 authentication failure',
      message: 'authentication failure\n',
    });
    const { ticket, CSRFPreventionToken: csrf } = fields.parse((await call('POST', '/access/ticket', { username: 'bot@pve', password: 'secret' })).data);
    const headers = { Cookie: `PVEAuthCookie=${encodeURIComponent(String(ticket))}` };
    const path = '/nodes/pve1/qemu/100/status';
    expect((await raw('GET', `${path}/current`, { token: '', headers })).status).toBe(200);
    const refused = await raw('POST', `${path}/start`, { token: '', headers });
    expect([refused.status, refused.reason, refused.text]).toEqual([401, 'Permission denied - invalid csrf token', '']);
    expect((await raw('POST', `${path}/start`, { token: '', headers: { ...headers, CSRFPreventionToken: String(csrf) } })).status).toBe(200);
    expect((await no('PUT', '/access/password', { userid: 'a@pve', password: 'x' })).line).toBe(
      "403 URI '/access/password' not available with API token, need proper ticket.",
    );
  });
});
