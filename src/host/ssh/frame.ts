/**
 * How a script travels: the login shell gets one constant command, and everything else comes over its stdin, so that
 * nothing is quoted into code and nothing shows in the host's process list.
 *
 * The frame on stdin: `<bytes>\n<code>`, where the code ends with the mark; `<number of arguments>\n`; for each
 * argument `<number of lines>\n` and its lines; `go\n`. The script's own input follows.
 */

/** The code's last line: code that was cut on the way is not run. */
const mark = '#belay-whole';

/** Printed before the script's own output: what stands before it comes from the login shell's start-up files. */
export const beginMark = 'belay-begins\n';

/**
 * Reads the frame and runs it. One line without single quotes, backslashes and exclamation marks: so it means the same
 * to every login shell, csh and fish too. dd with fullblock and the shell's own `read` take not one byte too many.
 */
const bootstrap =
  'IFS= read -r n; s=$(PATH=/usr/bin:/bin:$PATH dd bs="$n" count=1 iflag=fullblock 2>/dev/null); ' +
  `case $s in *"${mark}") echo ${beginMark.trim()}; eval "$s";; ` +
  '*) echo "belay: the script did not arrive whole, nothing was run" >&2; exit 125;; esac';

/** The arguments for spawning the bootstrap directly, without a login shell. */
export const bootstrapArgv = ['sh', '-c', bootstrap] as const;

/** The command for the login shell; as root through `sudo -n` where asked. Nothing of it is what PATH leads to first. */
export function remoteCommand(options: { sudo: boolean }): string {
  return `exec ${options.sudo ? 'sudo -n ' : ''}/bin/sh -c '${bootstrap}'`;
}

/**
 * The bytes that go before the script's own input.
 *
 * @param readArguments text of arguments.sh, which sets $1… from the frame
 * @throws TypeError for an argument with a NUL byte, which no process can be given
 */
export function frame(readArguments: string, script: string, args: readonly string[]): Buffer {
  for (const [index, arg] of args.entries()) {
    if (arg.includes('\0'))
      throw new TypeError(`argument ${index + 1} of a remote script has a NUL byte: ${JSON.stringify(arg)}`);
  }
  const code = Buffer.from(`${readArguments}\n${script}\n${mark}`);
  const lines = args.map((arg) => `${arg.split('\n').length}\n${arg}\n`);
  return Buffer.concat([
    Buffer.from(`${code.byteLength}\n`),
    code,
    Buffer.from(`${args.length}\n${lines.join('')}go\n`),
  ]);
}
