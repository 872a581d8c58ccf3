/** What stands for something of the machine that recorded: text → what is written for it. */
export type Stands = readonly (readonly [string, string])[];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Of the fields of an event, those that say which machine it was, or where its code lay; a replay asks for none of them. */
const ofTheMachine = ['identity', 'stackTrace', 'workerVersion', 'binaryChecksum', 'requestId'];

/**
 * A history as it is kept: without what is the machine's own, and without the inputs of activities, which a replay does not
 * compare and which are most of it.
 * @param history in Temporal's JSON
 */
export function plain(history: unknown, stands: Stands): unknown {
  return walk(history as Json, stands);
}

/** All that a history holds, payloads decoded, as one text. */
export function textOf(history: unknown): string {
  const texts: string[] = [];
  const collect = (value: Json): void => {
    if (isPayload(value)) texts.push(decoded(value.data));
    else if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  collect(history as Json);
  return texts.join('\n');
}

function walk(value: Json, stands: Stands): Json {
  if (typeof value === 'string') return replaced(value, stands);
  if (Array.isArray(value)) return value.map((one) => walk(one, stands));
  if (value === null || typeof value !== 'object') return value;
  if (isPayload(value)) return { ...value, data: encoded(replaced(decoded(value.data), stands)) };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !ofTheMachine.includes(key))
      .map(([key, inner]) => [
        key,
        key === 'activityTaskScheduledEventAttributes'
          ? walk(withoutInput(inner), stands)
          : walk(inner, stands),
      ]),
  );
}

function withoutInput(attributes: Json): Json {
  return Object.fromEntries(Object.entries(attributes as object).filter(([key]) => key !== 'input'));
}

function replaced(text: string, stands: Stands): string {
  return stands.reduce((so, [found, stand]) => so.replaceAll(found, stand), text);
}

function isPayload(value: Json): value is { metadata: Json; data: string } {
  return (
    typeof value === 'object' && value !== null && 'metadata' in value && typeof value['data'] === 'string'
  );
}

function decoded(data: string): string {
  return Buffer.from(data, 'base64').toString();
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}
