import { describe, expect, it } from 'vitest';
import { matrixDoor } from '../support/doors/matrix.ts';
import { needs } from '../support/real/have.ts';
import { SYNAPSE } from '../support/real/synapse.ts';
import { stories } from '../support/stories.ts';

const here = needs(SYNAPSE);
let violations: () => string[] = () => ['the stories were not told'];

describe.skipIf(!here)('with a real homeserver', () => {
  stories('Matrix', async () => {
    const door = await matrixDoor();
    violations = door.violations;
    return door;
  });

  it('nothing the bot sent was against the rules', () => {
    expect(violations()).toEqual([]);
  });
});
