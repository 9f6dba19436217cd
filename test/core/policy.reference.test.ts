import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Action, authorize } from '../../src/core/policy.ts';
import { importsOf, ROOT } from '../support/imports.ts';
import { dice, makeAbout, makeDeny, makeGrant, makeMoment, makeWorld, policyOf } from '../support/random-policy.ts';
import { type About, allows, type Person, type World } from '../support/reference-policy.ts';

const ACTIONS: readonly Action[] = ['ask', 'approve', 'reject', 'cancel', 'see', 'recheck', 'mark-done', 'mark-failed', 'withdraw', 'reason'];
const SEED = Number(process.env.POLICY_SEED ?? 20_261_121);
const REFERENCE = 'test/support/reference-policy.ts';

/** Everyone's every action in a world. */
function decisions(world: World, about: About, now: number): boolean[] {
  const policy = policyOf(world);
  return world.people.flatMap((one) => ACTIONS.map((action) => authorize(one, action, about, policy, now).allowed));
}
const shuffled = <T>(items: readonly T[], pick: (below: number) => number): T[] => {
  const left = [...items];
  return items.flatMap(() => left.splice(pick(left.length), 1));
};

describe('the reference', () => {
  it('is under 80 lines and shares nothing with what it is held against', () => {
    expect(readFileSync(join(ROOT, REFERENCE), 'utf8').trimEnd().split('\n').length).toBeLessThan(80);
    expect(importsOf(REFERENCE)).toEqual({ files: [], packages: [] });
  });
});

describe('authorize', () => {
  it('decides like the reference in 100,000 random policies, for every action', () => {
    const said: Record<string, number> = {};
    for (let n = 0; n < 100_000; n++) {
      const seed = SEED + n;
      const with_ = dice(seed);
      const world = makeWorld(with_);
      const [policy, about, now] = [policyOf(world), makeAbout(with_), makeMoment(with_)];
      const who: Person = with_.pick(world.people);
      for (const action of ACTIONS) {
        const allowed = authorize(who, action, about, policy, now).allowed;
        if (allowed) said[action] = (said[action] ?? 0) + 1;
        if (allowed !== allows(who, action, about, world, now)) {
          expect.fail(
            `POLICY_SEED=${seed}: ${who.id} ${action} is ${allowed ? 'allowed' : 'refused'}\n${JSON.stringify({ about, now: new Date(now), world }, null, 1)}`,
          );
        }
      }
    }
    // Each action was allowed and refused often enough to mean something.
    for (const action of ACTIONS) expect(said[action], action).toBeGreaterThan(1500);
    for (const action of ACTIONS) expect(said[action], action).toBeLessThan(98_500);
  }, 60_000);

  it('only forbids by one more deny rule, and only allows by one more grant', () => {
    let [less, more] = [0, 0];
    for (let n = 0; n < 4000; n++) {
      const with_ = dice(SEED + n);
      const world = makeWorld(with_);
      const [about, now] = [makeAbout(with_), makeMoment(with_)];
      const before = decisions(world, about, now);
      const deny = shuffled([...world.deny, makeDeny(with_, 'deny.new')], with_.nat);
      decisions({ ...world, deny }, about, now).forEach((allowed, i) => {
        if (allowed && !before[i]) expect.fail(`POLICY_SEED=${SEED + n}: a deny rule granted something`);
        if (!allowed && before[i]) less++;
      });
      const role = with_.pick(Object.keys(world.roles));
      const roles = { ...world.roles, [role]: shuffled([...(world.roles[role] ?? []), makeGrant(with_, 'new')], with_.nat) };
      decisions({ ...world, roles }, about, now).forEach((allowed, i) => {
        if (!allowed && before[i]) expect.fail(`POLICY_SEED=${SEED + n}: a grant forbade something`);
        if (allowed && !before[i]) more++;
      });
    }
    expect(Math.min(less, more)).toBeGreaterThan(300);
  });

  it('does not depend on the order of anything but approval rules of one risk', () => {
    for (let n = 0; n < 2500; n++) {
      const with_ = dice(SEED + n);
      const world = makeWorld(with_);
      const [about, now] = [makeAbout(with_), makeMoment(with_)];
      const mixed: World = {
        ...world,
        people: shuffled(world.people, with_.nat)
          .sort((a, b) => a.id.localeCompare(b.id))
          .map((one) => ({ ...one, roles: shuffled(one.roles, with_.nat) })),
        roles: Object.fromEntries(shuffled(Object.entries(world.roles), with_.nat).map(([role, grants]) => [role, shuffled(grants, with_.nat)])),
        deny: shuffled(world.deny, with_.nat),
        delegations: shuffled(world.delegations, with_.nat),
        approvals: world.approvals.toSorted((a, b) => b.from.localeCompare(a.from)), // stable: those of one risk stay in their order
      };
      if (about.hosts) about.hosts.sort();
      expect(decisions(mixed, about, now), `POLICY_SEED=${SEED + n}`).toEqual(decisions(world, about, now));
    }
  });

  it('allows nobody anything but their own affairs where nothing is granted', () => {
    for (let n = 0; n < 2500; n++) {
      const with_ = dice(SEED + n);
      const world = makeWorld(with_);
      const about = makeAbout(with_);
      const bare: World = { ...world, roles: {} };
      const policy = policyOf(bare);
      for (const one of world.people) {
        const allowed = ACTIONS.filter((action) => authorize(one, action, about, policy, makeMoment(with_)).allowed);
        expect(allowed, `POLICY_SEED=${SEED + n}`).toEqual(about.by === one.id ? ['cancel', 'see', 'recheck', 'reason'] : ['withdraw']);
      }
    }
  });
});
