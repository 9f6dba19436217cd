import { expect, it } from 'vitest';
import { speak } from '../../../src/core/words.ts';
import check from '../../../src/tools/checks/tasks-failed.ts';
import { parsePbsTasks, unmended } from '../../../src/tools/proxmox/task-failed.ts';
import { HOSTS, lookAtPatient, NOW, type Patient } from '../checks/patient.ts';

const HOUR = 3600;
/** A row as a backup server lists it: its type and thing have names of their own, and the UPID has one field more. */
const row = (type: string, worker: string, hoursAgo: number, status: string) => {
  const start = NOW / 1000 - hoursAgo * HOUR;
  const upid = `UPID:pbs1:000002C0:000007BA:00000007:${start.toString(16).toUpperCase()}:${type}:${worker.replaceAll(':', '\\x3a').replaceAll('-', '\\x2d')}:root@pam:`;
  return { upid, node: 'pbs1', pid: 704, pstart: 1978, starttime: start, worker_type: type, worker_id: worker, user: 'root@pam', endtime: start + 60, status };
};
const at = (patient: Patient) => check.examine(lookAtPatient(HOSTS.pbs, patient), HOSTS.pbs);

it('names what failed on a backup server, and does that again', async () => {
  const verdict = await at({
    '/nodes/localhost/tasks': [
      row('garbage_collection', 'main', 2, 'unable to lock'),
      row('verificationjob', 'main:v-ee54fa7e', 100, 'verification failed - please check the log for details'),
      row('syncjob', 'offsite:west:main:west:s-1', 30, 'connection error'),
      row('syncjob', 'offsite:west:main:west:s-1', 3, 'OK'),
      row('reader', 'main:vm/100', 1, 'connection reset'),
      row('aptupdate', '', 30, 'exit code 100'),
    ],
  });
  const findings = 'findings' in verdict ? verdict.findings : [];
  expect(findings.map(({ what, fix }) => [speak(what, 'en').split(' failed at')[0], fix])).toEqual([
    ['garbage_collection main on pbs1', 'datastore gc pbs1/main'],
    ['verificationjob main:v-ee54fa7e on pbs1', 'datastore job run pbs1/v-ee54fa7e'],
  ]);
});

it('says that it sees nothing where that is so', async () => {
  const verdict = await at({ '/nodes/localhost/tasks': [], '/access/permissions': { '/system/tasks': {} } });
  expect('skipped' in verdict && speak(verdict.skipped, 'en')).toMatch(/lacks Sys\.Audit on \/system\/tasks/);
  expect(await at({ '/nodes/localhost/tasks': [], '/access/permissions': { '/system/tasks': { 'Sys.Audit': 1 } } })).toEqual({ findings: [] });
});

it('names twenty, the worst first, and counts the rest', async () => {
  const many = Array.from({ length: 30 }, (_, i) => row('aptupdate', `x${i}`, 1, 'bad'));
  const verdict = await at({ '/nodes/localhost/tasks': [...many, row('verify', 'main', 20, 'bad')] });
  const findings = 'findings' in verdict ? verdict.findings : [];
  expect(findings).toHaveLength(21);
  expect([findings[0]?.fix, speak(findings[20]?.what ?? { words: { en: '', zh: '' }, with: {} }, 'en')]).toEqual([
    'datastore verify pbs1/main',
    '11 more tasks failed',
  ]);
});

it('takes a success of the same thing only, and only a later one', () => {
  const tasks = (...all: readonly object[]) => parsePbsTasks(all);
  const failed = tasks(row('verify', 'main', 5, 'bad'));
  const left = (...good: readonly object[]) => unmended(failed, tasks(...good), NOW / 1000).length;
  expect([left(row('verify', 'main', 4, 'WARNINGS: 1')), left(row('verify', 'main', 6, 'OK')), left(row('verify', 'cold', 4, 'OK'))]).toEqual([0, 1, 1]);
});
