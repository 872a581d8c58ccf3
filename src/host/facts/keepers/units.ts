import type { UnitFacts } from '../../../domain/facts/facts.js';
import { bodyOf, keyValues, wholeNumber, type Section, type Unreadable } from '../sections.js';
import { shownCommand } from '../../../domain/secrets/command.js';
import { redact } from '../../../domain/secrets/text.js';

/** Units as `systemctl show` describes them: blocks of `Property=value`, a blank line between two. */
export function unitFacts(sections: readonly Section[], unreadable: Unreadable): UnitFacts[] {
  const body = bodyOf(sections, 'units');
  if (body === undefined || body.trim() === '') return [];
  const blocks = body.split(/\n{2,}/).filter((block) => block.trim() !== '');
  const scripts = ofScripts(sections);
  const units = blocks.flatMap((block): UnitFacts[] => {
    const values = keyValues(block);
    const unit = values.get('Id');
    if (unit === undefined) {
      unreadable.push({ fact: 'units', why: block.trim().slice(0, 200) });
      return [];
    }
    const load = values.get('LoadState');
    if (load === 'not-found') return [];
    const port = values.get('Port');
    const script = scripts.get(unit);
    return [
      {
        unit,
        active: values.get('ActiveState') ?? '',
        enabled:
          script === undefined
            ? (values.get('UnitFileState') ?? '')
            : script.enabled
              ? 'enabled'
              : 'disabled',
        restart: values.get('Restart') ?? '',
        mainPid: wholeNumber(values.get('MainPID')) ?? 0,
        fragmentPath: values.get('FragmentPath') ?? '',
        execStart: [shownCommand(commandsOf(block), false), ...(script?.lines ?? [])].join(' && '),
        // `!` before it: a folder that may be missing.
        workingDirectory: (values.get('WorkingDirectory') ?? '').replace(/^!/, ''),
        user: values.get('User') ?? '',
        type: values.get('Type') ?? '',
        killMode: values.get('KillMode') ?? '',
        ...(port === undefined ? {} : { port }),
        ...socket(block),
        ...settingsOf(unit, values.get('FragmentPath') ?? '', sections),
        ...dropInsOf(unit, values.get('DropInPaths') ?? ''),
        ...releaseLinesOf(unit, values.get('FragmentPath') ?? '', sections),
        ...addressesOf(unit, values.get('FragmentPath') ?? '', sections),
        triggeredBy: (values.get('TriggeredBy') ?? '').split(' ').filter((name) => name !== ''),
        ...environmentFiles(block),
        ...confined(values),
        ...memory(values),
        ...(values.get('NeedDaemonReload') === 'yes' ? { isStale: true as const } : {}),
        ...surveyed(values),
      },
    ];
  });
  const byName = new Map(units.map((unit) => [unit.unit, unit]));
  return [...byName.values()].sort((a, b) => (a.unit < b.unit ? -1 : 1));
}

/** Lines `<file>:<name>=` of the section `settings`, of the unit's own file and its drop-ins. */
function settingsOf(unit: string, file: string, sections: readonly Section[]): Pick<UnitFacts, 'settings'> {
  const names = (bodyOf(sections, 'settings') ?? '').split('\n').flatMap((line) => {
    const [, from = '', name = ''] = /^(.*):([A-Za-z]+)=$/.exec(line) ?? [];
    return isOfUnit(from, unit, file) ? [name] : [];
  });
  return names.length === 0 ? {} : { settings: [...new Set(names)].sort() };
}

function dropInsOf(unit: string, paths: string): Pick<UnitFacts, 'dropIns'> {
  const dropIns = paths.split(' ').filter((path) => path.includes(`/${unit}.d/`));
  return dropIns.length === 0 ? {} : { dropIns: dropIns.slice(0, 20) };
}

/** Lines `<file>:<number>:<text>` of the section `release-lines`. */
function releaseLinesOf(
  unit: string,
  file: string,
  sections: readonly Section[],
): Pick<UnitFacts, 'releaseLines'> {
  const lines = (bodyOf(sections, 'release-lines') ?? '').split('\n').flatMap((line) => {
    const [, from = '', number = '', text = ''] = /^(.*?):(\d+):(.*)$/.exec(line) ?? [];
    return isOfUnit(from, unit, file) && !/^\s*[#;]/.test(text)
      ? [`${from}:${number}: ${redact(text).slice(0, 300)}`]
      : [];
  });
  return lines.length === 0 ? {} : { releaseLines: lines };
}

/** Lines `<file>`, address and place, parted by tabs, of the section `unit-addresses`. */
function addressesOf(unit: string, file: string, sections: readonly Section[]): Pick<UnitFacts, 'addresses'> {
  const addresses = (bodyOf(sections, 'unit-addresses') ?? '').split('\n').flatMap((line) => {
    const [from = '', at = '', where = ''] = line.split('\t');
    return where !== '' && isOfUnit(from, unit, file) ? [{ at, where }] : [];
  });
  return addresses.length === 0 ? {} : { addresses };
}

/** Whether a file is a unit's own, or a drop-in of it, of a template that it is an instance of too. */
function isOfUnit(from: string, unit: string, file: string): boolean {
  const names = [unit, unit.replace(/@.*(?=\.service$)/, '@')];
  return from !== '' && (from === file || names.some((name) => from.includes(`/${name}.d/`)));
}

/** `Listen=127.0.0.1:9999 (Stream)`, once for each. */
function socket(block: string): Pick<UnitFacts, 'listens'> {
  const listens = [...block.matchAll(/^Listen=(\S+) \(Stream\)$/gm)].map(([, address = '']) => address);
  return listens.length === 0 ? {} : { listens };
}

/** Units that systemd makes of scripts in /etc/init.d say neither what they run nor whether they start at boot. */
function ofScripts(sections: readonly Section[]): Map<string, { enabled: boolean; lines: string[] }> {
  const scripts = sections.filter(({ name }) => name === 'init-script');
  return new Map(
    scripts.map(({ rest, body }) => [
      `${rest}.service`,
      {
        enabled: /^enabled=yes$/m.test(body),
        lines: [...body.matchAll(/^line=\s*(.*)$/gm)].map(([, line = '']) => shownCommand(line)),
      },
    ]),
  );
}

/** `EnvironmentFiles=/srv/words/.env (ignore_errors=no)`, once for each. */
function environmentFiles(block: string): Pick<UnitFacts, 'environmentFiles'> {
  const files = [...block.matchAll(/^EnvironmentFiles=(\/.*) \(ignore_errors=\w+\)$/gm)];
  return files.length === 0 ? {} : { environmentFiles: files.map(([, file = '']) => file) };
}

function confined(values: ReadonlyMap<string, string>): Pick<UnitFacts, 'confined'> {
  // `-/srv/words/data`, `+/srv`, `/srv:ro`, `/from:/to:rbind`
  const list = (name: string, part = 0) =>
    (values.get(name) ?? '').split(' ').flatMap((word) => word.replace(/^[-+]+/, '').split(':')[part] || []);
  const strict = values.get('ProtectSystem') === 'strict';
  const hidden = list('TemporaryFileSystem');
  if (!strict && hidden.length === 0) return {};
  const shown = [...list('BindPaths'), ...list('BindPaths', 1)];
  return { confined: { strict, writable: list('ReadWritePaths'), hidden, shown } };
}

function memory(values: ReadonlyMap<string, string>): Pick<UnitFacts, 'memoryBytes'> {
  const bytes = wholeNumber(values.get('MemoryCurrent'));
  return bytes === undefined || bytes === 0 ? {} : { memoryBytes: bytes };
}

/** What only a survey asks for. */
function surveyed(
  values: ReadonlyMap<string, string>,
): Pick<UnitFacts, 'state' | 'restarts' | 'description'> {
  const state = values.get('SubState');
  if (state === undefined) return {};
  return {
    state,
    restarts: wholeNumber(values.get('NRestarts')) ?? 0,
    description: redact(values.get('Description') ?? '').slice(0, 200),
  };
}

/** `ExecStart={ path=/bin/x ; argv[]=/bin/x -a ; ignore_errors=no ; … }` → `/bin/x -a`; several are joined by ` && `. */
function commandsOf(block: string): string {
  return [...block.matchAll(/^ExecStart=(.*)$/gm)]
    .map(([, text = '']) => /\bargv\[\]=(.*?) ; ignore_errors=/.exec(text)?.[1] ?? text)
    .join(' && ');
}
