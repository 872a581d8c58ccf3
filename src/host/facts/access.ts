import type { Facts } from '../../domain/facts/facts.js';
import { bodyOf, type Section } from './sections.js';
import { plainSocket } from './sockets.js';

/** Who may do what where, from the sections `users` and `socket-folders`, whose fields tabs part. */
export function accessFacts(sections: readonly Section[]): Pick<Facts, 'users' | 'socketFolders'> {
  const users = rows(sections, 'users')?.map(([user = '', home = '', may = '']) => ({
    user,
    home,
    ...(may === 'yes' || may === 'no' ? { mayHavePm2: may === 'yes' } : {}),
  }));
  const socketFolders = rows(sections, 'socket-folders')?.map(
    ([path = '', owner = '', tmpfiles = '', writers = '']) => ({
      path: plainSocket(`${path}/`).slice(0, -1),
      ...(owner === '' ? {} : { owner }),
      writers: writers.split(' ').filter((name) => name !== ''),
      tmpfiles: tmpfiles === 'yes',
    }),
  );
  return { ...(users && { users }), ...(socketFolders && { socketFolders }) };
}

function rows(sections: readonly Section[], name: string): string[][] | undefined {
  return bodyOf(sections, name)
    ?.split('\n')
    .filter((line) => line !== '')
    .slice(0, 100)
    .map((line) => line.split('\t'));
}
