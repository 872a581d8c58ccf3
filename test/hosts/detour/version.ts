import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSource } from '../../incident/source.js';

export interface VersionOptions {
  settings?: Record<string, string>;
  /** Every page is an error once the file data/ail is there. */
  ails?: boolean;
  /** It has /stream, lines for 20 s, and /big, 100 MB. */
  lasts?: boolean;
}

/** The word counter as a version that no other has, with these keys in its belay.yml. */
export async function makeVersion(
  host: string,
  version: string,
  { settings = {}, ails = false, lasts = false }: VersionOptions,
) {
  const source = await makeSource({ host });
  const all = { soak: '1s', ...settings };
  const kept = (await readFile(source.config, 'utf8')).split('\n');
  const at = kept.findIndex((line) => line.startsWith('verify:'));
  if ('verify' in settings) kept.splice(at, 3);
  const lines = Object.entries(all).map(([key, value]) => `${key}: ${value}`);
  const others = kept.filter((line) => !((line.split(':')[0] ?? '') in all));
  await writeFile(source.config, [...others, ...lines, ''].join('\n'));
  await writeFile(join(source.folder, 'version.py'), `VERSION = "${version}"\n`);
  if (ails) await append(source.folder, ailing);
  if (lasts) await append(source.folder, lasting);
  return source;
}

async function append(folder: string, code: string): Promise<void> {
  const app = join(folder, 'app.py');
  await writeFile(app, (await readFile(app, 'utf8')) + code);
}

const ailing = `
import os


@app.before_request
def ail():
    if os.path.exists("data/ail"):
        return "ailing", 500
`;

const lasting = `
import time

from flask import Response


@app.get("/stream")
def stream():
    def lines():
        for n in range(40):
            yield f"{n}\\n"
            time.sleep(0.5)

    return Response(lines(), headers={"X-Accel-Buffering": "no"})


@app.get("/big")
def big():
    return Response(b"x" * 1000000 for _ in range(100))
`;
