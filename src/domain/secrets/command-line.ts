import { shownAssigned } from './assigned.js';
import { isHarmless, isPlain, type Title } from './harmless.js';
import { secretName } from './names.js';
import { flags, isVerb, kindOf, namingOptions, type ProgramKind } from './programs.js';
import {
  hasShape,
  isAddress,
  isFile,
  isHostName,
  isKeyFile,
  isName,
  isNumber,
  isReference,
  shownUrl,
  unshown,
} from './values.js';

const keyword = /^(?:if|then|else|elif|fi|do|done|while|until|for|in|case|esac|!|\{|\}|time|exec)$/;

const programName = /^(?:[\p{L}\p{N}\p{M}_.@+~-]+\/)*[\p{L}\p{N}\p{M}_.+@:~%[\]-]{1,80}$/u;

/** Goes along a command line, and knows at each word what it is to the program. */
export class CommandLine {
  private program = '';
  private kind: ProgramKind | Title = 'other';
  /** The option that the next word is the value of. */
  private option: string | null = null;
  /** Whether the next word is a file, behind `>`. */
  private redirected = false;
  /** Whether the program's own code comes next. */
  private code: 'shell' | 'other' | null = null;

  /**
   * @param script shows the text that a shell is given as its code
   * @param quoted whether the words have had quotes: systemd prints commands without
   */
  constructor(
    private readonly script: (text: string) => string,
    private readonly quoted = true,
  ) {}

  operator(sign: string): void {
    if (this.code === 'other') return;
    if (/^\d*[<>]/.test(sign)) this.redirected = true;
    else this.begin();
  }

  next(word: string): string {
    if (word === '' || word === '-' || isReference(word)) {
      this.option = null;
      return word;
    }
    if (this.redirected) {
      this.redirected = false;
      return isFile(word) || /^&?\d$|^\/dev\/null$|^&-$/.test(word) ? word : unshown;
    }
    if (this.code === 'other') {
      // Without quotes nobody knows where it ends.
      if (this.quoted) this.code = null;
      this.kind = 'other';
      return unshown;
    }
    if (this.code === 'shell') {
      if (/\s/.test(word)) {
        this.code = null;
        return this.script(word);
      }
      // As systemd prints it, without its quotes: the text goes on to the end.
      this.begin();
    }
    const option = this.option;
    this.option = null;
    if (/^[A-Za-z_]\w*=/.test(word)) return this.assignment(word);
    if (this.program === '') return this.first(word);
    if (word === '--') {
      if (this.kind !== 'wrapper') this.kind = 'other';
      return word;
    }
    if (/^-./.test(word)) return isNumber(word) ? word : this.optionWord(word);
    if (option !== null) return this.value(option, word);
    return this.positional(word);
  }

  private begin(): void {
    this.program = '';
    this.option = null;
    this.code = null;
    this.kind = 'other';
  }

  /** The program itself. */
  private first(word: string): string {
    if (keyword.test(word)) return word;
    // systemd's signs before a path.
    const bare = word.replace(/^[-@:+!|]+(?=\/)/, '');
    if (hasShape(word) || !(isFile(bare) || programName.test(bare))) {
      this.program = unshown;
      return unshown;
    }
    const name = bare.split('/').at(-1) ?? '';
    this.program = name;
    this.kind = /:$/.test(name) || name === 'PM2' ? 'title' : kindOf(name);
    return word;
  }

  private assignment(word: string): string {
    const [, name = '', value = ''] = /^(\w+)=([^]*)$/.exec(word) ?? [];
    return `${name}=${shownAssigned(name, value, this.program === '')}`;
  }

  private optionWord(word: string): string {
    const [, dashes = '', name = '', sign = '', value = ''] =
      /^(--?)([\w.+-]*)([=:]?)([^]*)$/.exec(word) ?? [];
    if (this.isCode(word)) return word;
    if (this.kind === 'client' && dashes === '-') return this.short(word, name, value);
    if (sign === ':' && !/^(?:XX|javaagent)$/.test(name)) return this.short(word, name, `${sign}${value}`);
    if (
      dashes === '--' ||
      sign !== '' ||
      /^(?:jar|cp|classpath|proto|host-ip|host-port|container-ip|container-port|config|addr|listen|server|client|namespace|id|address)$/.test(
        name,
      )
    ) {
      if (value === '' && sign === '') {
        if (hasShape(name) || name.length > 60) return `${dashes}${unshown}`;
        if (!flags.has(name) && !name.startsWith('no-')) this.option = name;
        return word;
      }
      // -Dserver.port=8080, -javaagent:/x.jar, -XX:+UseG1GC
      if (sign === ':' && /^XX$/.test(name) && /^[+-]?\w+(?:=\w+)?$/.test(value)) return word;
      return hasShape(name)
        ? `${dashes}${unshown}`
        : `${dashes}${name}${sign}${this.value(name.replace(/^D(?=[a-z])/, 'D.'), value)}`;
    }
    return this.short(word, name, value);
  }

  /** `-w`, `-w4`, `-xzf`, `-Xmx512m`. */
  private short(word: string, name: string, rest: string): string {
    if (word.length === 2) {
      if (this.kind === 'server' || !flags.has(name) || namingOptions.has(name)) this.option = name;
      return word;
    }
    if (/^-X(?:m[sxn]|ss)\d+[kKmMgG]?$|^-(?:server|client|ea|Xrs|Xint)$/.test(word)) return word;
    const attached = word.slice(2);
    const letter = word.slice(1, 2);
    if (this.kind === 'client')
      return /^-[a-zA-Z]{2,4}$/.test(word) && !/[pPuUawHd]/.test(word.slice(1))
        ? word
        : `-${letter}${unshown}`;
    if (isNumber(attached) || isAddress(attached)) return word;
    if (rest === '' && /^[a-zA-Z]{2,4}$/.test(name) && !/[pPuw]/.test(letter)) return word;
    if (this.kind === 'server' || this.kind === 'tool') return `-${letter}${this.value(letter, attached)}`;
    return `-${letter}${isFile(attached) ? attached : unshown}`;
  }

  /** Whether what follows is a program's text. */
  private isCode(word: string): boolean {
    const shell =
      /^(?:sh|bash|dash|zsh|ash|ksh|su|runuser|busybox)$/.test(this.program) &&
      /^-[a-z]*c$|^--command$/.test(word);
    if (shell) this.code = 'shell';
    else if (
      this.kind === 'interpreter' &&
      (/^(?:-[cErR]|--eval|--print)$/.test(word) ||
        (word === '-e' && !/^(?:sh|bash|dash)$/.test(this.program))) &&
      !(/^node/.test(this.program) && word === '-r')
    )
      this.code = 'other';
    else if (this.kind === 'interpreter' && word === '-m' && this.program.startsWith('python'))
      this.option = 'python-module';
    else return false;
    return true;
  }

  private value(option: string, word: string): string {
    if (option === 'python-module') {
      if (!isName(word)) return unshown;
      this.program = word;
      this.kind = kindOf(word);
      return word;
    }
    if (/^[A-Za-z_][\w.]*=/.test(word) && /^(?:e|env|set|E)$/.test(option)) return this.assignment(word);
    const certainty = secretName(option);
    if (certainty === 2) return isReference(word) ? word : unshown;
    if (certainty === 1) return isKeyFile(word) ? word : unshown;
    const ofPassword = (this.kind === 'client' || this.program === 'sshpass') && /^[pPawuUHd]$/.test(option);
    if (
      ofPassword &&
      !(
        /^(?:ssh|scp|sftp|psql|pg_dump|nc|ncat|redis-cli)$/.test(this.program) &&
        option === 'p' &&
        isNumber(word)
      )
    )
      return unshown;
    const url = shownUrl(word);
    if (url !== null) return url;
    if (/^(?:jar|cp|classpath)$/.test(option) && word.split(':').every(isFile)) {
      return word;
    }
    if (isPlain(word) || isReference(word)) return this.isProgram(word) ? this.first(word) : word;
    if (this.kind === 'client' || this.kind === 'other' || this.kind === 'title') {
      return namingOptions.has(option) &&
        option.length > 1 &&
        (isHostName(word) || /^[a-z_][a-z-]{0,30}$/.test(word))
        ? word
        : unshown;
    }
    if (this.kind === 'server')
      return isName(word) || isHostName(word) || isAddress(word.replace(/^[\w-]+(?=:\d+$)/, 'localhost'))
        ? word
        : unshown;
    if (this.program === 'nginx' && option === 'g') return /^[\w\s/.;-]{1,200}$/.test(word) ? word : unshown;
    return namingOptions.has(option) && !/^[pPwaT]$/.test(option) && isName(word) ? word : unshown;
  }

  private positional(word: string): string {
    const url = shownUrl(word);
    if (url !== null) return url;
    switch (this.kind) {
      case 'wrapper':
        if (
          isNumber(word) ||
          (this.program === 'flock' && isFile(word)) ||
          (/^(?:bundle|poetry|pipenv|uv|foreman|honcho)$/.test(this.program) && isVerb(word))
        )
          return word;
        if (/^(?:su|runuser|gosu|chpst|s6-setuidgid|setuidgid)$/.test(this.program)) {
          this.program = this.program === 'su' || this.program === 'runuser' ? this.program : 'env';
          return /^[a-z_][\w-]{0,31}$|^-$/.test(word) ? word : unshown;
        }
        return this.first(word);
      case 'interpreter':
        return isAddress(word) || isNumber(word) ? word : this.first(word);
      default:
        return isHarmless(this.kind, word) ? word : unshown;
    }
  }

  /** Whether the value of an option that has none is the file that an interpreter or a wrapper runs. */
  private isProgram(word: string): boolean {
    return (
      this.kind === 'interpreter' && isFile(word) && /(?:\.(?:py|[cm]?[jt]s|rb|php|pl)|\/[^/.]+)$/.test(word)
    );
  }
}
