import { NotifyError } from './error.js';

export interface Posted {
  status: number;
  /** The first 4 kB of the answer. */
  text: string;
}

const answerBytes = 4096;

/**
 * Posts JSON and reads the beginning of the answer. No redirect is followed: what is posted is meant for this address alone.
 * @throws NotifyError where nothing came, or a status other than 2xx; 408, 429 and 5xx may be mended by trying again
 */
export async function post(
  url: string,
  body: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Posted> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new NotifyError('expected a URL that begins with https:// or http://', true);
  }
  const { host } = new URL(url);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'belay', ...headers },
      redirect: 'manual',
      signal,
    });
    text = await beginning(response);
  } catch (error) {
    throw new NotifyError(`${host} did not answer: ${why(error)}`, false, { cause: error });
  }
  const { status } = response;
  if (status >= 200 && status < 300) return { status, text };
  const lasting = status < 500 && status !== 408 && status !== 429;
  throw new NotifyError(`${host} answered ${status}${text === '' ? '' : `: ${said(text)}`}`, lasting);
}

/** The first words of an answer, on one line. */
export function said(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 200);
}

async function beginning(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    parts.push(part as Uint8Array);
    length += (part as Uint8Array).length;
    if (length >= answerBytes) break;
  }
  return Buffer.concat(parts).subarray(0, answerBytes).toString('utf8');
}

function why(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  // fetch says "fetch failed"; what failed is its cause.
  return error.cause instanceof Error ? why(error.cause) : error.message || error.name;
}
