/** The Temporal CLI that belay fetches. Later ones cannot be had by `go install`: their go.mod has replace directives. */
export const cliVersion = '1.5.1';

/** What is downloaded for one kind of machine. */
export interface CliArchive {
  url: string;
  /** Of the archive, in hex. */
  sha256: string;
}

/** SHA-256 of the release's archives, by `process.platform` and `process.arch`. */
const digests: Record<string, string> = {
  'linux-x64': 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
  'linux-arm64': 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
  'darwin-x64': 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
  'darwin-arm64': 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
};

/**
 * The archive for a kind of machine.
 * @throws where its digest is not known: what cannot be checked is not downloaded.
 */
export function cliArchive(platform: string = process.platform, arch: string = process.arch): CliArchive {
  const sha256 = digests[`${platform}-${arch}`];
  if (sha256 === undefined)
    throw new Error(
      `belay knows no digest of the Temporal CLI ${cliVersion} for ${platform}-${arch}, and downloads nothing that it ` +
        `cannot check; it has those for ${Object.keys(digests).join(', ')}`,
    );
  const file = `temporal_cli_${cliVersion}_${platform}_${arch === 'x64' ? 'amd64' : arch}.tar.gz`;
  return { url: `https://github.com/temporalio/cli/releases/download/v${cliVersion}/${file}`, sha256 };
}
