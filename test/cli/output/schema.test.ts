import { describe, expect, it } from 'vitest';
import { jsonSchemas } from '../../../src/cli/output/schema.js';

describe('the published schemas', () => {
  // `vitest -u` writes them anew.
  it.each(Object.entries(jsonSchemas()))('%s is what the command line prints', async (name, schema) => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`../../../schema/${name}`);
  });
});
