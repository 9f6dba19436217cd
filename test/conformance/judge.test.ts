import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { judgeAll } from './cli.ts';
import { contract, contractsHere } from './contracts.ts';
import { judge } from './judge.ts';

const UPID = 'UPID:pve1:00001797:0001A8F7:6B001430:qmstart:101:root@pam:';
type Row = readonly [command: string, exit: number | undefined, stdout: string, stderr: string, verdict: string, kind: string, told?: RegExp];

const ROWS: readonly Row[] = [
  // An exit status of 0 proves nothing where a task was forked.
  ['pvesh create /nodes/pve1/qemu/101/status/start', 0, UPID, '', 'unknown', 'none', /qmstart/],
  ['pvesh create /nodes/pve1/qemu/101/status/start --output-format json', 0, `"${UPID}"`, 'VM 101 already running', 'error', 'other', /already running/],
  ['pvesh create /nodes/pve1/qemu/101/status/start', 0, `VM is locked (backup)\n${UPID}`, '', 'error', 'locked'],
  ['pvesh create /nodes/pve1/qemu/101/status/start', 0, `trying to acquire lock...\n OK\n${UPID}`, '', 'unknown', 'none'],
  ['pvesh create /nodes/pve1/qemu/101/status/start', 0, UPID, 'WARN: no CD\nTask finished with 1 warning(s)!', 'warning', 'other', /no CD/],
  [
    'pvesh create /nodes/pve1/vzdump --vmid 100',
    0,
    `INFO: Starting Backup of VM 100 (qemu)\nERROR: Backup of VM 100 failed - no space left\nINFO: Backup job finished with errors\n${UPID}`,
    'job errors',
    'error',
    'other',
    /no space left/,
  ],
  [
    'pvesh create /nodes/pve1/vzdump --vmid 100',
    0,
    `INFO: Starting Backup of VM 100 (qemu)\nINFO: Backup job finished successfully\n${UPID}`,
    '',
    'ok',
    'none',
  ],
  [
    'pvesh create /nodes/pve1/qemu/101/status/shutdown --forceStop 1',
    0,
    `QEMU Guest Agent is not running - got timeout\nVM still running - terminating now with SIGTERM\n${UPID}`,
    '',
    'warning',
    'agent',
  ],
  ['pvesh set /nodes/pve1/qemu/101/config --memory 512', 0, '', '', 'ok', 'none'],
  ['pvesh set /nodes/pve1/qemu/101/config --memory 512', 4, '', "can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout", 'error', 'flockTimeout'],
  ['qm resize 101 scsi0 +1G', 0, '', 'VM is locked (snapshot)', 'error', 'locked'],
  ['qm resize 101 scsi0 +1G', 0, 'Image resized.', '', 'ok', 'none'],
  ['qm disk resize 101 scsi0 +1G', 0, '', '', 'unknown', 'none'],
  ['qm template 101', 0, '', '', 'unknown', 'none'],
  ['qm template 101', 0, '', 'unable to create template, because VM contains snapshots', 'error', 'other'],
  ['pvesm free local:101/vm-101-disk-5.raw', 0, '', "no such volume 'local:101/vm-101-disk-5.raw'", 'error', 'notFound'],
  // Where it is right, it is believed.
  ['qm start 101', 0, '', '', 'ok', 'none'],
  ['LC_ALL=C sudo /usr/sbin/qm template 101', 0, '', '', 'unknown', 'none'],
  ['qm stop 101', 0, 'trying to acquire lock...\n OK', '', 'ok', 'none'],
  ['qm start 101', 0, '', 'WARN: no physical CD-ROM available, ignoring\nTask finished with 1 warning(s)!', 'warning', 'other', /CD-ROM/],
  ['qm start 101', 255, '', 'VM 101 already running', 'error', 'other'],
  ['qm start 101', 255, 'cluster not ready - no quorum?', '', 'error', 'noQuorum'],
  ['qm set 101 --memory 300', 13, '', "unable to open file '/etc/pve/nodes/pve1/qemu-server/101.conf.tmp.77' - Permission denied", 'error', 'noQuorum'],
  ['qm shutdown 101', 255, '', 'VM quit/powerdown failed - got timeout', 'error', 'other'],
  [
    'qm migrate 101 pve2 --online',
    255,
    "2026-11-20 09:44:15 ERROR: migration aborted (duration 00:00:01): can't migrate local cdrom drive",
    'migration aborted',
    'error',
    'other',
    /cdrom/,
  ],
  ['qm clone 100 101', 255, '', 'unable to create VM 101: config file already exists', 'error', 'exists'],
  ['qm set 101 --memory 300 --digest 00', 255, '', 'checksum mismatch (file change by other user?)', 'error', 'digest'],
  ['qm agent 101 ping', 29, '', 'QEMU guest agent is not running', 'error', 'agent'],
  ['pct destroy 200', 255, '', 'CT is locked (backup)', 'error', 'locked'],
  ['vzdump 100 101', 0, 'INFO: skip external VMs: 101\nINFO: Backup job finished successfully', '', 'warning', 'other', /101/],
  ['pvesh get /nodes/pve2/qemu', 255, '', 'No route to host', 'error', 'nodeUnreachable'],
  ['qm start 101', 255, '', 'got no worker upid - start worker failed', 'error', 'workerFailed'],
  // Parameters and usage.
  [
    'qm start abc',
    255,
    '',
    "400 Parameter verification failed.\nvmid: type check ('integer') failed - got 'abc'\nqm start <vmid> [OPTIONS]",
    'error',
    'param',
    /vmid/,
  ],
  ['qm start 100 --nosuch', 255, '', 'Unknown option: nosuch\n400 unable to parse option\nqm start <vmid> [OPTIONS]', 'error', 'param', /nosuch/],
  [
    'pct bogus',
    255,
    '',
    "ERROR: unknown command 'pct bogus'\nUSAGE: pct <COMMAND> [ARGS] [OPTIONS]\n       pct clone <vmid> <newid> [OPTIONS]",
    'error',
    'param',
    /unknown command 'pct bogus'\.$/,
  ],
  ['qm', 255, '', '', 'error', 'other'],
  // Answers are not searched for words of failure.
  ['pvesh get /cluster/tasks --output-format json', 0, '[{"status":"job errors"},{"status":"VM is locked (backup)"}]', '', 'ok', 'none'],
  ['qm list', 0, '', '', 'ok', 'none', /none/],
  ['qm config 101', 0, 'lock: snapshot\nname: failed-db', '', 'ok', 'none'],
  ['pvesm status', 0, 'Name Type Status\nnas nfs inactive', "storage 'nas' is not online", 'warning', 'other', /not online/],
  ['pveum user token list ops@pve', 0, '', '', 'ok', 'none', /none/],
  ['pvecm status', 2, 'Quorate:          No\nTotal votes:      1\nQuorum:           2 Activity blocked', '', 'warning', 'noQuorum', /1 of 2/],
  ['pvecm status', 0, 'Quorate:          Yes\nTotal votes:      2\nQuorum:           2', '', 'ok', 'none'],
  [
    'pvecm status',
    2,
    '',
    "Error: Corosync config '/etc/pve/corosync.conf' does not exist - is this node part of a cluster?",
    'error',
    'notFound',
    /Corosync config/,
  ],
  ['ha-manager status', 0, "quorum No quorum on node 'pve1'!", '', 'warning', 'noQuorum'],
  ['ha-manager status', 0, 'quorum OK\nservice vm:101 (pve1, error)', '', 'warning', 'other', /vm:101/],
  ['zpool status', 0, '  pool: tank\n state: DEGRADED', '', 'warning', 'other', /DEGRADED/],
  // What runs inside.
  ['pct exec 200 -- sh -c x', 7, '', '', 'error', 'other', /status 7/],
  ['pct exec 200 -- ls', 255, '', "container '200' not running!", 'error', 'other', /not running/],
  ['pct exec 200 -- grep failed log', 0, 'it failed', '', 'ok', 'none'],
  ['qm guest exec 100 -- false', 0, '{"exitcode":1,"exited":1}', '', 'error', 'other', /status 1/],
  ['qm guest exec 100 -- sleep 99', 0, '{"pid":77}', '', 'unknown', 'none'],
  // Tasks that are asked about.
  [`pvesh get /nodes/pve1/tasks/${UPID}/status --output-format json`, 0, '{"exitstatus":"VM is locked (backup)","status":"stopped"}', '', 'error', 'locked'],
  [`pvesh get /nodes/pve1/tasks/${UPID}/status --output-format json`, 0, '{"exitstatus":"WARNINGS: 1","status":"stopped"}', '', 'warning', 'other'],
  [`pvesh get /nodes/pve1/tasks/${UPID}/status --output-format json`, 0, '{"status":"running"}', '', 'unknown', 'none'],
  [`pvenode task log ${UPID}`, 0, 'INFO: x\nTASK OK', '', 'ok', 'none'],
  // The connection.
  ['qm start 101', 255, '', 'ssh: connect to host 192.0.2.11 port 22: No route to host', 'error', 'nodeUnreachable'],
  ['qm start 101', 255, '', 'client_loop: send disconnect: Broken pipe', 'unknown', 'none'],
  ['qm start 101', undefined, '', '', 'unknown', 'none'],
];

describe('what a person is told of a command', () => {
  for (const [command, exit, stdout, stderr, verdict, kind, told] of ROWS) {
    it(`${command} (${exit}) is ${verdict}`, () => {
      const judged = judge({ command, exit, stdout, stderr });
      expect(judged).toMatchObject({ verdict, class: kind });
      expect(judged.sentence).toMatch(told ?? /^[A-Z].{5}/);
      expect(judged.sentence).not.toContain('\n');
    });
  }
});

describe.runIf(contractsHere())('the recorded commands', () => {
  const judged = contractsHere() ? judgeAll(contract('recorded-cli.json')) : [];
  const entries = z.array(z.object({ cmd: z.string(), rc: z.number() })).parse(contractsHere() ? contract('recorded-cli.json') : []);

  it('has a judgement for each', () => {
    expect(judged.map(({ command }) => command)).toEqual(entries.map(({ cmd }) => cmd));
  });
  it('calls no failure good', () => {
    const of = (verdict: string) => entries.filter((_, i) => judged[i]?.verdict === verdict);
    expect(of('ok').filter(({ rc }) => rc !== 0)).toEqual([]);
    expect(
      of('error')
        .filter(({ rc }) => rc === 0)
        .map(({ cmd }) => cmd),
    ).toEqual(['qm resize 101 scsi0 +1G', 'pvesh create /nodes/pve1/qemu/101/status/start --output-format json']);
  });
  it('warns where it must', () => {
    expect(judged.filter(({ verdict }) => verdict === 'warning').map(({ command, class: kind }) => `${command}: ${kind}`)).toEqual([
      ...['pvecm status: noQuorum', 'ha-manager status: noQuorum', 'qm start 100: other', 'pvesh create /nodes/pve1/qemu/100/status/start: other'],
      'qm shutdown 100 --timeout 3 --forceStop 1: agent',
    ]);
  });
});
