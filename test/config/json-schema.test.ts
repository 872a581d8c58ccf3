import { describe, expect, it } from 'vitest';
import { belayYmlJsonSchema } from '../../src/config/json-schema.js';

interface Property {
  description?: string;
  type?: string;
  default?: unknown;
  properties?: Record<string, Property>;
}

const schema = belayYmlJsonSchema() as unknown as {
  properties: Record<string, Property>;
  required: string[];
};

describe('the JSON Schema of belay.yml', () => {
  it('describes every key, nested ones too', () => {
    const described = Object.entries(schema.properties).flatMap(([key, property]) => [
      [key, property.description] as const,
      ...Object.entries(property.properties ?? {}).map(
        ([inner, { description }]) => [`${key}.${inner}`, description] as const,
      ),
    ]);
    expect(described.map(([key]) => key)).toContain('verify.external');
    expect(described.filter(([, description]) => !description)).toEqual([]);
  });

  it('knows the keys as they are written, with their defaults', () => {
    expect(schema.required).toEqual(['app']);
    expect(Object.keys(schema.properties)).toContain('env_file');
    expect(schema.properties['keep']?.default).toBe(5);
    expect(schema.properties['verify']?.properties?.['internal']?.default).toEqual(['/']);
    expect(schema).toMatchObject({
      additionalProperties: false,
      anyOf: [
        ...['run', 'unit', 'program', 'entry', 'kind'].map((key) => ({ required: ['hosts', 'path', key] })),
        {},
      ],
    });
  });
});
