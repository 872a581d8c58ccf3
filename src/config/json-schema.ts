import { z } from 'zod';
import type { Path } from './document.js';
import { environmentName, settings } from './schema.js';

/** The keywords of JSON Schema that belay.yml needs. */
export interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  const?: string;
  enum?: string[];
  anyOf?: JsonSchema[];
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  [keyword: string]: unknown;
}

const { app, ...overridable } = settings.shape;

/** A belay.yml as it is written: the settings, or `environments` that complete them. */
const file = z
  .strictObject({
    app,
    ...z.strictObject(overridable).partial().shape,
    environments: z
      .record(environmentName, z.strictObject(overridable).partial())
      .optional()
      .describe(
        'Environments by name, each with hosts and what else differs; maps are merged key by key, the rest replaces.',
      ),
  })
  .describe('belay.yml');

/** JSON Schema (draft 2020-12) of belay.yml, for editors and the reference page; from the source of the validation. */
export function belayYmlJsonSchema(): JsonSchema {
  const complete = ['run', 'unit', 'program', 'entry'].map((key) => ({ required: ['hosts', 'path', key] }));
  const files = { required: ['hosts', 'path', 'kind'] };
  return { ...toSchema(file), anyOf: [...complete, files, { required: ['environments'] }] };
}

/** The keys that are known at a place: `[]` for the top, `['verify']`, `['verify', 'internal', 0]`. */
export function keysAt(path: Path): string[] {
  let here: JsonSchema | undefined = toSchema(file);
  for (const part of path)
    here = typeof part === 'number' ? itemOf(here) : mapOf(here)?.properties?.[String(part)];
  return Object.keys(mapOf(here)?.properties ?? {});
}

/** What a list's items may be; of several kinds the map. */
export function itemOf(list: JsonSchema | undefined): JsonSchema | undefined {
  return mapOf(list?.items);
}

/** Of several kinds of value the map. */
export function mapOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.anyOf?.find(({ properties }) => properties !== undefined) ?? schema;
}

function toSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
}
