import type { Measured } from '../../domain/plan/measured.js';
import type { Activities } from '../../domain/runbook/activities.js';
import { asRehearsed, refuseOwnPort, spareBind, staysUp } from '../rehearsal/address.js';
import { refuseSecond } from '../rehearsal/refuse-second.js';
import { Rehearsal } from '../rehearsal/rehearsal.js';
import type { Step } from '../runtime/dependencies.js';

/**
 * Boots the staged release on a spare address, asks it the pages that verify names, and stops it; nothing else is touched.
 * In a plan, which has not claimed the host, nothing is journaled either.
 */
export const rehearse: Step<'rehearse'> = ({ hosts }) => {
  return async (given): ReturnType<Activities['rehearse']> => {
    const input = asRehearsed(given);
    refuseOwnPort(input);
    const session = await hosts.session(input.reach);
    const rehearsal = new Rehearsal(session, input, await spareBind(session, input));
    const stays = staysUp(input);
    let evidence: string[];
    let measured: Measured | undefined;
    try {
      if (stays && input.plan.artifact === '') await refuseSecond(session, input);
      await rehearsal.boot();
      evidence = [await rehearsal.listens(), ...(await rehearsal.pages())];
      measured = await rehearsal.measured();
      evidence.push(await rehearsal.log());
    } catch (error) {
      // The first failure is reported; what could not be stopped ends by itself.
      await rehearsal.stop().catch(() => undefined);
      throw error;
    }
    if (stays) return { evidence, spare: rehearsal.bind };
    await rehearsal.stop();
    return { evidence, ...(measured && { measured }) };
  };
};
