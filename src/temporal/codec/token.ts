import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readRecord, stateFolder, writeRecord } from '../state.js';

interface TokenRecord {
  token: string;
}

/** The token of this user's codec server, made where there is none: in the state folder, which nobody else can read. */
export async function codecToken(): Promise<string> {
  const file = join(stateFolder(), 'codec-token.json');
  const { token } = (readRecord(file) as TokenRecord | undefined) ?? {};
  if (token !== undefined) return token;
  const made: TokenRecord = { token: randomBytes(24).toString('base64url') };
  await writeRecord(file, made);
  return made.token;
}

/** What the Web UI is given as the address of the codec server. */
export function codecLink(port: number, token: string, host = '127.0.0.1'): string {
  return `http://${host}:${port}/${token}`;
}
