import { hostsOf } from './dispatch.ts';
import { frozen } from './frozen.ts';
import { saysFor } from './lent.ts';
import type { Taking } from './press.ts';
import { approvalMessage, NAMESPACE, signLine, verifySshSig } from './sshsig.ts';
import { late } from './states.ts';
import type { In, Proof, Ticket, Vote } from './ticket.ts';
import { emptyPlaces, fillsPlace, isEnough, isOwnAccount, placesWords, standingVotes, subjectOfVote } from './votes.ts';
import { type Said, say } from './words.ts';

/** Takes somebody's yes: reads, counts and compares again until nobody else voted in between. Returns why not. */
export async function vote(ticket: Ticket, taking: Taking): Promise<Said | undefined> {
  const { pressed, person, room, rules, needs, happened } = taking;
  let proof: Proof | undefined; // asked for once: a one-time code is right once
  let seen: Ticket | undefined = ticket;
  while (seen?.state === 'waiting' && !seen.heard.includes(happened.id)) {
    const now = Date.now();
    const standing = standingVotes(seen, seen.votes, rules, now);
    const bare: Vote = {
      by: person.id,
      at: happened.at,
      account: pressed.account,
      ...(room === undefined ? {} : { room }),
    };
    const lenders = saysFor(person, subjectOfVote(seen, bare), seen.needs, rules.policy, now);
    const no = await objection(seen, standing, bare, taking, now);
    if (no) return no;
    // A signature is checked and kept also where nothing asks for one: workers, and who reads the audit, may.
    if (!proof && (seen.needs.stepUp || pressed.proof?.signature?.trim())) {
      const given = await prove(seen, taking);
      if ('no' in given) return given.no;
      proof = given.proof;
    }
    const mine: Vote = { ...bare, ...(lenders.length > 0 ? { for: lenders } : {}), ...(proof ? { proof } : {}) };
    const votes = standingVotes(seen, [...standing, mine], rules, now);
    if (!votes.includes(mine)) return say({ en: 'your vote does not count here', zh: '您的批准在此无效' });
    const enough = isEnough(seen, votes, rules, now);
    seen = await needs.tickets.change(ticket.id, { ...happened, kind: 'approved', by: person.id, code: seen.plan.code, enough, votes }, seen.rev);
  }
  return seen?.heard.includes(happened.id) ? undefined : late(seen);
}

/** Why this vote cannot be taken, whatever proves who gives it. */
async function objection(
  ticket: In<'waiting'>,
  standing: readonly Vote[],
  mine: Vote,
  { pressed, rules, needs }: Taking,
  now: number,
): Promise<Said | undefined> {
  const other = otherPlan(pressed.code, ticket.plan.code);
  if (other) return other;
  if (mine.at >= ticket.expiresAt || now >= ticket.expiresAt) return say({ en: 'this has expired', zh: '此请求已过期' });
  if (isOwnAccount(ticket, mine))
    return say({ en: 'this was asked from this very account; someone else must decide', zh: '此请求正是由该账号提出的，需由他人决定' });
  if (standing.some(({ by }) => by === mine.by)) return say({ en: 'you approved this already', zh: '您已批准过' });
  if (ticket.needs.reason && !ticket.reason) {
    return say({ en: 'who asked must say first why it is needed', zh: '提出请求的人须先说明理由' });
  }
  if (!fillsPlace(ticket, standing, mine, rules.policy, now)) {
    return say(
      { en: 'your yes is not the one that is missing: still to approve: {places}', zh: '缺少的不是您的批准；仍需：{places}' },
      { places: placesWords(emptyPlaces(ticket, standing, rules.policy, now)) },
    );
  }
  return frozen(hostsOf(ticket.plan), needs.freezes, rules.policy);
}

/** The one place where an approver proves to be who they are. What is missing, or not known, is a no. */
async function prove(ticket: In<'waiting'>, { pressed, person, needs }: Taking): Promise<{ readonly proof: Proof } | { readonly no: Said }> {
  const message = approvalMessage(ticket.id, ticket.by, ticket.plan.digest);
  const { code = '', signature = '', seen } = pressed.proof ?? {};
  if (signature.trim() !== '') {
    const checked = verifySshSig(signature, message, NAMESPACE, person.signingKeys ?? []);
    return checked.ok ? { proof: { kind: 'signature', signature, key: checked.key } } : { no: checked.why };
  }
  if (ticket.needs.stepUp !== 'totp') {
    return { no: say({ en: 'this needs your SSH signature: `{line}`', zh: '此操作需要您的 SSH 签名：`{line}`' }, { line: signLine(message) }) };
  }
  if (!(await needs.factors.has(person.id))) {
    return { no: say({ en: 'this needs a one-time code, and you have none yet: `factor enrol`', zh: '此操作需要一次性验证码，您尚未登记：`factor enrol`' }) };
  }
  if (seen) {
    return {
      no: say({
        en: 'others can read a code that is typed here: press the button, or say it where nobody else is',
        zh: '此处输入的验证码他人可见：请按按钮，或在私聊中输入',
      }),
    };
  }
  const digits = code.replace(/\s/g, '');
  if (!/^\d{6,8}$/.test(digits)) return { no: say({ en: 'this needs your one-time code', zh: '此操作需要您的一次性验证码' }) };
  if (await needs.factors.check(person.id, digits)) return { proof: { kind: 'totp' } };
  return { no: say({ en: 'this is not your one-time code now, or it was used before', zh: '验证码不正确，或已使用过' }) };
}

/** Takes a vote back, until it is dispatched. */
export async function withdraw(ticket: Ticket, { pressed, person, needs, happened }: Taking): Promise<Said | undefined> {
  let seen: Ticket | undefined = ticket;
  while ((seen?.state === 'waiting' || seen?.state === 'scheduled' || seen?.state === 'approved') && !seen.heard.includes(happened.id)) {
    const { votes, plan, rev }: In<'waiting'> | In<'scheduled'> | In<'approved'> = seen;
    const other = pressed.code === '' ? undefined : otherPlan(pressed.code, plan.code);
    if (other) return other;
    if (!votes.some(({ by }) => by === person.id)) return say({ en: 'you have no vote here to take back', zh: '您在此没有可撤回的批准' });
    const left = votes.filter(({ by }) => by !== person.id);
    seen = await needs.tickets.change(ticket.id, { ...happened, kind: 'withdrawn', by: person.id, votes: left }, rev);
  }
  return seen?.heard.includes(happened.id) ? undefined : late(seen);
}

/** A code of another plan decides nothing: what was read is what is decided on. */
export function otherPlan(given: string, now: string): Said | undefined {
  if (given.toUpperCase() === now) return undefined;
  if (given === '') return say({ en: 'name the plan you have read by its code {code}', zh: '请用代码 {code} 指明您阅读过的计划' }, { code: now });
  return say({ en: 'the plan changed; read the new one, its code is {code}', zh: '计划已改变；请阅读新计划，代码为 {code}' }, { code: now });
}
