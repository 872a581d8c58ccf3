/**
 * What is a secret wherever it stands, by how it looks. redact.sh has the same list; there is no {n} in it, because mawk
 * knows none.
 */
const shapes: readonly [before: string, of: string, least: number][] = [
  ['(AKIA|ASIA|AGPA|AIDA|AROA)', '[0-9A-Z]', 12],
  ['gh[pousr]_', '[0-9A-Za-z]', 16],
  ['github_pat_', '[0-9A-Za-z_]', 16],
  ['gl(pat|ptt|rt|dt|ft|oas|soat|cbt|agent)-', '[0-9A-Za-z_-]', 16],
  ['xox[a-z]-', '[0-9A-Za-z-]', 8],
  ['xapp-', '[0-9A-Za-z-]', 8],
  ['(sk|pk|rk)_(live|test)_', '[0-9A-Za-z]', 8],
  ['sk-', '[0-9A-Za-z_-]', 16],
  ['whsec_', '[0-9A-Za-z]', 8],
  ['AIza', '[0-9A-Za-z_-]', 30],
  ['ya29[.]', '[0-9A-Za-z_-]', 10],
  ['SG[.]', '[0-9A-Za-z_.-]', 20],
  ['npm_', '[0-9A-Za-z]', 30],
  ['pypi-', '[0-9A-Za-z_-]', 16],
  ['dckr_pat_', '[0-9A-Za-z_-]', 16],
  ['hf_', '[0-9A-Za-z]', 20],
  ['hv[bs][.]', '[0-9A-Za-z_-]', 16],
  ['do[opr]_v1_', '[0-9a-f]', 20],
  ['shp[a-z][a-z]_', '[0-9a-fA-F]', 20],
  ['AGE-SECRET-KEY-1', '[0-9A-Z]', 10],
  ['eyJ', '[0-9A-Za-z_-]', 8],
  ['[$](1|2[abxy]|5|6|7|y|gy|argon2[a-z]*|scrypt|apr1)[$]', '[0-9A-Za-z./]', 1],
];
/** Of an address that is itself the secret, what comes after this. */
const secretPath =
  '(hooks[.]slack[.]com|discord(app)?[.]com/api/webhooks|api[.]telegram[.]org|webhook[.]office[.]com|/(hook|hooks|webhook|webhooks|robot))/';

export const shape = new RegExp(shapes.map(([before, of, least]) => before + of.repeat(least)).join('|'));
export const pathShape = new RegExp(secretPath);

/** A line that is nothing but base64, as keys are printed. */
export function isBase64Line(line: string): boolean {
  const text = line.trim();
  return (
    text.length >= 60 &&
    /^[A-Za-z0-9+/_-]+=?=?$/.test(text) &&
    /[A-Z]/.test(text) &&
    /[a-z]/.test(text) &&
    /[0-9]/.test(text)
  );
}
