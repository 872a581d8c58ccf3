import type { ContainerFacts } from '../../domain/facts/facts.js';
import type { MachineFacts } from '../../domain/environment/survey.js';
import { bodyOf, keyValues, wholeNumber, type Section } from './sections.js';

/** File systems that are memory, or that some image brings along. */
const unreal = /^(?:tmpfs|devtmpfs|udev|none|shm|efivarfs|ramfs|overlay|squashfs|\/dev\/loop\d+)$/;

/** The machine itself, from the sections `machine`, `disks` and `interpreters`. */
export function machineFacts(sections: readonly Section[], bootedAt: number): MachineFacts {
  const values = keyValues(bodyOf(sections, 'machine'));
  const interpreters = [...keyValues(bodyOf(sections, 'interpreters'))];
  return {
    memoryBytes: (wholeNumber(values.get('memory')) ?? 0) * 1024,
    processors: wholeNumber(values.get('processors')) ?? 0,
    timeZone: values.get('zone') ?? '',
    bootedAt,
    disks: disks(bodyOf(sections, 'disks')),
    interpreters: interpreters.map(([path, version]) => ({ path, version })),
  };
}

/** Lines of `df -Pk` (POSIX): file system, size, used and available kilobytes, percentage, where it is mounted. */
function disks(body: string | undefined): MachineFacts['disks'] {
  const found = (body ?? '').split('\n').flatMap((line) => {
    const match = /^(.*?)\s+(\d+)\s+\d+\s+(\d+)\s+\d+%\s+(\/.*)$/.exec(line);
    const [, filesystem = '', size = '', available = '', mountedOn = ''] = match ?? [];
    if (match === null || (unreal.test(filesystem) && mountedOn !== '/') || size === '0') return [];
    return [
      {
        filesystem,
        mountedOn,
        sizeBytes: Number(size) * 1024,
        availableBytes: Number(available) * 1024,
      },
    ];
  });
  // A file mounted from the same file system, as in containers, is no disk of its own.
  return found.filter(({ mountedOn }) => !/^\/(?:run|dev|sys|proc)\//.test(mountedOn)).slice(0, 50);
}

/** Lines of `docker ps`, tabs between; null where there is no Docker. */
export function containerFacts(sections: readonly Section[]): ContainerFacts[] | null {
  const body = bodyOf(sections, 'docker');
  if (body === undefined) return null;
  return body.split('\n').flatMap((line) => {
    const [name = '', image, status = '', ports = ''] = line.split('\t');
    return image === undefined ? [] : [{ name, image, status, ports }];
  });
}
