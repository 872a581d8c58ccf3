import {
  BaseAgent,
  createAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';

/** An SSH agent of which only some keys are offered, in a given order. */
export class ChosenKeys extends BaseAgent<ParsedKey> {
  constructor(
    private readonly agent: BaseAgent,
    private readonly keys: ParsedKey[],
  ) {
    super();
  }

  getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(undefined, this.keys);
  }

  sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback: SignCallback = () => undefined,
  ): void {
    const [asked, answer] = typeof options === 'function' ? [{}, options] : [options, callback];
    this.agent.sign(key, data, asked, (error, signature) => {
      // An agent that declines (ssh-add -c) must not end the whole attempt, as ssh2 has it: with a signature of zeros the host
      // refuses this key, and the next one's turn comes.
      answer(undefined, error ? Buffer.alloc(8) : signature);
    });
  }
}

/** The keys that an agent holds; an Error where it does not answer within 5 s. */
export async function agentKeys(socket: string): Promise<{ agent: BaseAgent; keys: ParsedKey[] } | Error> {
  const agent = createAgent(socket);
  return new Promise((resolve) => {
    const deadline = setTimeout(() => resolve(new Error('it did not answer within 5 s')), 5000);
    agent.getIdentities((error, keys) => {
      clearTimeout(deadline);
      resolve(error ?? { agent, keys: (keys ?? []) as ParsedKey[] });
    });
  });
}
