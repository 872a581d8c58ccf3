import { InvalidArgumentError, Option, type Command } from 'commander';

/** For a command about an app of belay.yml and its host. */
export function aboutApp(command: Command): Command {
  return sshConfig(environment(command));
}

/** For a command about one deployment, which its ID names. */
export function aboutId(command: Command): Command {
  return environment(
    command.argument(
      '[id]',
      'app/environment/host, with @run for an earlier one; without: from belay.yml, else the one that runs',
    ),
  );
}

/** For a command that speaks SSH. */
export function sshConfig(command: Command): Command {
  return command.option(
    '--ssh-config <file>',
    'OpenSSH client configuration instead of ~/.ssh/config (BELAY_SSH_CONFIG)',
  );
}

/** For a command that reads belay.yml. */
function environment(command: Command): Command {
  return command
    .option('-e, --env <environment>', 'one of belay.yml’s environments')
    .option('-c, --config <file>', 'another file than ./belay.yml');
}

/** For a command that follows a deployment: what programs read of it. */
export function machineReadable(command: Command): Command {
  return junit(command)
    .addOption(new Option('--json', 'print one JSON object at the end').conflicts('output'))
    .addOption(new Option('--output <format>', 'print one JSON event a line').choices(['jsonl']));
}

/** For a command whose outcome a pipeline shows. */
export function junit(command: Command): Command {
  return command.option('--junit <file>', 'also write JUnit XML, for pipelines that show it');
}

/** `90s`, `30m`, `2h` or a number of seconds. */
export function seconds(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('Expected a time such as 90s, 30m or 2h.');
  return Number(number) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
}

/** A whole number of lines. */
export function lines(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1 to 9999999.');
}

/** What a person would type, at the end of the help. */
export function examples(command: Command, lines: readonly string[]): void {
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}
