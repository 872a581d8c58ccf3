import { belayYmlJsonSchema, itemOf, mapOf, type JsonSchema } from './json-schema.js';

const intro = `# belay.yml

One small file beside the source. Four keys are enough:

    app: word-counter
    hosts: [web1]                          # as in ~/.ssh/config
    path: /srv/words                       # where the app lives on the server
    run: gunicorn -w 4 -b {bind} app:app   # {bind} is what nginx proxies to

An unknown key, a wrong type or an impossible value is an error with line and column, with what was expected and the nearest
known key. [schema/belay.yml.schema.json](../schema/belay.yml.schema.json) gives completion in an editor.

verify.internal[].path is the key of a map in the list verify.internal. This page is made from src/config/schema.ts.

| key | default | value | what it is |
|---|---|---|---|
`;

/** docs/belay.yml.md: every key of belay.yml, as Markdown. */
export function belayYmlPage(): string {
  const { properties = {} } = belayYmlJsonSchema();
  return `${intro}${rows(properties).join('\n')}\n`;
}

function rows(properties: Record<string, JsonSchema>, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const name = `${prefix}${key}`;
    if (schema.properties !== undefined)
      return [row(name, schema, 'a map'), ...rows(schema.properties, `${name}.`)];
    return [
      row(name, schema, valueOf(schema)),
      ...rows(mapOf(schema)?.properties ?? {}, `${name}.`),
      ...rows(itemOf(schema)?.properties ?? {}, `${name}[].`),
    ];
  });
}

function row(name: string, schema: JsonSchema, value: string): string {
  const isEmptyMap = JSON.stringify(schema.default) === '{}' && schema.properties !== undefined;
  const initial = schema.default === undefined || isEmptyMap ? needed(name) : `\`${yamlOf(schema.default)}\``;
  return `| ${[`\`${name}\``, initial, value, schema.description ?? ''].map(cell).join(' | ')} |`;
}

/** The keys that have no default and without which nothing can be deployed. */
function needed(name: string): string {
  if (name === 'run') return 'needed, or a keeper or kind';
  return ['app', 'hosts', 'path'].includes(name) ? 'needed' : '';
}

function valueOf(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(valueOf).join(', or ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(' or ');
  switch (schema.type) {
    case 'array':
      return schema.maxItems === 1 ? 'a list of one' : 'a list';
    case 'object':
      return 'a map';
    case 'boolean':
      return '`true` or `false`';
    case 'integer':
    case 'number':
      return schema.maximum === undefined
        ? 'a number'
        : `a number from ${schema.minimum ?? 0} to ${schema.maximum}`;
    default:
      return 'text';
  }
}

function yamlOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/<(?=\w)/g, '\\<');
}
