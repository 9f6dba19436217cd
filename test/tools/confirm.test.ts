import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Argv, Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { commandLine } from '../../src/hosts/quote.ts';
import { confirmed } from '../../src/tools/confirm.ts';
import { needs } from '../support/real/have.ts';
import { ownFolders } from '../support/real/processes.ts';

const on = { site: 'east', host: 'a' };
const why = say({ en: 'try', zh: '尝试' });
const F = '/var/lib/saved';

function stepsOf(id: string, afterS: number, restore: Argv, save: readonly string[] = [F]): readonly Step[] {
  return confirmed({ on, id, save, restore, afterS, act: [{ kind: 'exec', on, why, argv: ['sh', '-c', `cat >${F}; sleep "$(cat ${F})"`] }], probes: [] });
}

/** The lines that the steps are on the host: arm, act, keep, back, state, settle. */
function linesOf(id: string, afterS: number, restore: Argv, save?: readonly string[]) {
  const argvs = stepsOf(id, afterS, restore, save).flatMap((step): Argv[] =>
    step.kind === 'exec' ? [step.argv] : step.kind === 'wait' && 'argv' in step.read ? [step.read.argv] : [],
  );
  const [arm = '', act = '', keep = '', back = '', state = '', settle = ''] = argvs.map((argv) => commandLine(argv));
  return { arm, act, keep, back, state, settle };
}

const folders = needs(['unshare', 'setsid', 'root']) ? ownFolders() : undefined;

/** What a script prints where nothing it writes stays. */
function prints(script: string): string[] {
  const [program = '', ...args] = folders ?? [];
  return execFileSync(program, [...args, 'sh', '-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 })
    .trim()
    .split('\n');
}

describe('the steps of a change that must prove itself', () => {
  it('are the same for the same wish, in one order, and give up well before the host does', () => {
    const steps = stepsOf('T1', 120, ['true']);
    expect(steps).toEqual(stepsOf('T1', 120, ['true']));
    expect(steps.map(({ kind, always }) => `${kind}${always === undefined ? '' : ` ${always}`}`)).toEqual([
      ...['exec', 'exec', 'prove', 'exec', 'exec cancelled', 'wait true', 'exec true'],
    ]);
    expect(steps.find((step) => step.kind === 'prove')).toMatchObject({ forMs: 90_000, probes: [{ is: 'armed', fresh: true }] });
  });
});

const D = '/var/lib/hostler/revert/T1';
const UNITS = '/etc/systemd/system';

/** The same host after a reboot: what was armed then is of another boot. */
const REBOOT = `echo earlier >${D}/boot`;

/** A systemd that only notes what it is asked, and whose timer is there until `/run/gone` is. */
const WITH_SYSTEMD = `mount -t tmpfs none /etc/systemd; mkdir -p ${UNITS} /run/bin /run/systemd/system; rm -f /run/gone
  printf '#!/bin/sh\necho "$0 $*" >>/run/asked\n' >/run/bin/systemd-run
  printf '#!/bin/sh\necho "$0 $*" >>/run/asked; case " $* " in *" is-active "*) [ ! -e /run/gone ];; esac\n' >/run/bin/systemctl; chmod 755 /run/bin/*; PATH=/run/bin:$PATH`;

/** systemd starts the unit for a boot. */
const PULLED = `$(sed -n 's/^ExecStart=//p' ${UNITS}/hostler-revert-T1.service)`;

describe.skipIf(folders === undefined)('on a host without systemd', () => {
  it('everything comes back by itself, once, and is never kept after that', () => {
    const { arm, keep, state, settle } = linesOf('T1', 1, ['sh', '-c', `echo "$1" >>${F}.log`, 'sh', `it's "x" $HOME`]);
    expect(
      prints(`echo one >${F}; ${state}; ${arm} >/dev/null; ${state}; echo two >${F}
        while [ "$(${state})" = armed ]; do sleep 0.05; done
        ${keep} || echo not kept; ${settle}; cat ${F} ${F}.log; ls /var/lib/hostler/revert/T1 | grep -c save || :`),
    ).toEqual(['none', 'armed', 'not kept', 'reverted 0', 'one', `it's "x" $HOME`, '0']);
  });

  it('what is kept does not come back, however it is asked to', () => {
    const { arm, keep, back, settle } = linesOf('T1', 1, ['sh', '-c', `echo back >>${F}.log`]);
    expect(prints(`echo one >${F}; ${arm} >/dev/null; echo two >${F}; ${keep}; ${keep}; ${back}; sleep 1.3; ${settle}; cat ${F}; ls ${F}*`)).toEqual([
      ...['kept', 'two', F],
    ]);
  });

  it('a way back that fails is told', () => {
    const { arm, back, state, settle } = linesOf('T1', 60, ['sh', '-c', 'exit 3']);
    expect(prints(`echo one >${F}; ${arm} >/dev/null; echo two >${F}; ${back} || echo failed; ${state}; ${settle} || echo told; cat ${F}`)).toEqual([
      ...['failed', 'reverted 3', 'reverted 3', 'told', 'one'],
    ]);
  });

  it('two changes are not undecided at once, and one that cannot be armed leaves nothing', () => {
    const [one, two] = [linesOf('T1', 60, ['true']), linesOf('T2', 60, ['true'])];
    expect(prints(`${one.arm} >/dev/null; ${two.arm} || echo refused; ${two.state}; ${one.back}; ${two.arm} >/dev/null; ${two.state}`)).toEqual([
      ...['refused', 'none', 'armed'],
    ]);
    const bad = linesOf('T3', 60, ['true'], ['/proc/self/mem']);
    expect(prints(`${bad.arm} || echo failed; ${bad.state}; ls /var/lib/hostler/revert`)).toEqual(['failed', 'none']);
  });

  it('what comes late changes nothing, and what went on meanwhile is put back once more', () => {
    const { arm, act, back, settle } = linesOf('T1', 60, ['sh', '-c', `echo back >>${F}.log`]);
    expect(
      prints(`echo 0 >${F}; echo 7 | ${act} || echo none; ${arm} >/dev/null; echo 0.3 | { ${act} || echo late; } &
        while [ "$(cat ${F})" != 0.3 ]; do sleep 0.02; done; ${back}; echo 0.4 >${F}; wait
        echo 8 | ${act} || echo refused; ${settle}; ${settle}; cat ${F} ${F}.log`),
    ).toEqual(['none', 'late', 'refused', 'reverted 0', 'reverted 0', '0', 'back', 'back']);
    const quiet = linesOf('T2', 60, ['sh', '-c', `echo back >>${F}.log`]);
    expect(
      prints(`echo 0 >${F}; ${quiet.arm} >/dev/null; echo 0.01 | ${quiet.act}; cat ${F}; ${quiet.back}; echo mine >${F}; ${quiet.settle}; cat ${F} ${F}.log`),
    ).toEqual([...['0.01', 'reverted 0', 'mine', 'back']]);
  });

  it('what was never armed whole is not put back at a boot', () => {
    const { arm, state } = linesOf('T1', 60, ['true']);
    expect(
      prints(
        `echo one >${F}; ${arm} >/dev/null; rm ${D}/armed; echo two >${F}; ${REBOOT}; sh ${D}/revert ${D} boot; cat ${F}; ls ${D} | grep -c over || :; ${state}`,
      ),
    ).toEqual([...['two', '0', 'none']]);
  });

  it('the unit for a boot, started in the same boot, does nothing while the timer watches, and puts back the whole when that is gone', () => {
    const { arm, keep, state } = linesOf('T1', 60, ['sh', '-c', `echo back >>${F}.log`]);
    const half = `mv ${D}/armed ${D}/a; ${PULLED}; ls ${UNITS} | grep -c revert; mv ${D}/a ${D}/armed`; // armed only in part
    const begun = `${WITH_SYSTEMD}; echo one >${F}; ${arm} >/dev/null; ${half}; echo two >${F}`;
    expect(prints(`${begun}; ${PULLED}; ${state}; ${keep}; ${state}; cat ${F}*`)).toEqual(['1', 'armed', 'kept', 'two']);
    expect(prints(`${begun}; : >/run/gone; ${PULLED}; ${state}; cat ${F} ${F}.log`)).toEqual(['1', 'reverted 0', 'one', 'back']);
    expect(prints(`${begun}; ${REBOOT}; ${PULLED}; ${state}; cat ${F}*`)).toEqual(['1', 'reverted 0', 'one']);
  });

  it('no unit stays for ever of what was kept when the power was cut meanwhile', () => {
    const { arm, keep, state, settle } = linesOf('T1', 60, ['true']);
    const left = `ls ${UNITS} ${UNITS}/*.wants | grep 'revert-T1' | grep -c . || :`;
    const cut = `${WITH_SYSTEMD}; echo one >${F}; ${arm} >/dev/null; echo two >${F}; cp ${D}/disarm /run/d; echo 'kill -9 $PPID' >${D}/disarm; ${keep}; cp /run/d ${D}/disarm; ${left}`;
    expect(prints(`${cut}; ${REBOOT}; ${PULLED}; ${left}; ${state}; cat ${F}`)).toEqual(['2', '0', 'kept', 'two']);
    expect(prints(`${cut}; ${settle}; ${left}`)).toEqual(['2', 'kept', '0']);
    expect(prints(`${cut}; touch -d '40 days ago' ${D}; ${linesOf('T2', 60, ['true']).arm} >/dev/null; ${left}; ls /var/lib/hostler/revert`)).toEqual([
      '2',
      '0',
      'T2',
    ]);
  });

  it('a way back that was killed as it began is gone again in the same boot', () => {
    const { arm, back, state } = linesOf('T1', 60, ['true']);
    const kills = `mkdir -p /run/bin; for p in mkdir ln; do printf '#!/bin/sh\n%s "$@"; case "$*" in */at-*) kill -9 $PPID;; esac\n' "$(command -v $p)" >/run/bin/$p; chmod 755 /run/bin/$p; done`;
    expect(
      prints(`echo one >${F}; ${arm} >/dev/null; echo two >${F}; ${kills}; (PATH=/run/bin:$PATH; ${back}); ${state}; ${back}; ${state}; cat ${F}`),
    ).toEqual([...['armed', 'reverted 0', 'one']]);
  });

  it('what is in no file is put back by the whole way back at a boot, once what it needs is up', () => {
    const [arm, state] = confirmed({
      on,
      id: 'T1',
      save: [],
      restore: ['sh', '-c', `echo back >>${F}`],
      bootAfter: 'some.service',
      afterS: 60,
      act: [],
      probes: [],
    })
      .flatMap((step) => (step.kind === 'exec' ? [step.argv] : step.kind === 'wait' && 'argv' in step.read ? [step.read.argv] : []))
      .filter((_, i) => i === 0 || i === 3)
      .map((argv) => commandLine(argv));
    const u = UNITS;
    expect(
      prints(`${WITH_SYSTEMD}; ${arm}; grep -o 'on-active=.* --unit' /run/asked
        sed -n 's/^After=//p' ${u}/multi-user.target.wants/*.service; ${PULLED}; ${state}; ${REBOOT}; ${PULLED}; ${state}; cat ${F}; find ${u} -name 'hostler*' | grep -c . || :`),
    ).toEqual([
      'goes back by itself in 60 s unless it is kept, and at a reboot',
      'on-active=60 --timer-property=AccuracySec=100ms --unit',
      ...['some.service', 'armed', 'reverted 0', 'back', '0'],
    ]);
  });

  it('a way back that was killed half-way is gone again', () => {
    const { arm, back, state } = linesOf('T1', 60, [
      'sh',
      '-c',
      `[ -e ${F}.two ] || { : >${F}.two; kill -9 $(readlink /var/lib/hostler/revert/T1/at-* || cat /var/lib/hostler/revert/T1/at-*/pid); }`,
    ]);
    expect(prints(`echo one >${F}; ${arm} >/dev/null; echo two >${F}; ${back}; ${state}; ${back}; ${state}; cat ${F}`)).toEqual(['armed', 'reverted 0', 'one']);
  });

  it('files, folders and links come back as they were, whatever took their place', () => {
    const paths = ['file', 'folder', 'link', 'absent', 'swap'].map((name) => `/var/lib/${name}`);
    const { arm, back, settle } = linesOf('T1', 60, ['true'], paths);
    const show = `find /var/lib -path /var/lib/hostler -prune -o -printf '%p %y %m %U:%G %l\\n' | sort; cat /var/lib/file /var/lib/folder/*`;
    const made = `cd /var/lib; echo a >file; chmod 640 file; chown 5:6 file; mkdir -p folder/in; echo b >folder/b; ln -s nowhere folder/l; rm folder/l
      ln -s file link; echo s >swap; chmod 600 swap; rmdir folder/in; ${show}`;
    const broken = `rm -rf file link swap folder/b; mkdir file swap; echo x >swap/x; echo new >folder/new; ln -s folder link; echo y >absent`;
    const [before, after] = prints(`{ ${made}; } >/run/before; ${arm} >/dev/null; ${broken}; ${back}; ${settle} >/dev/null; { ${show}; } >/run/after
      cat /run/before | tr '\\n' ';'; echo; cat /run/after | tr '\\n' ';'`);
    expect(after).toBe(before);
    expect(before).toContain('/var/lib/file f 640 5:6');
  });
});
