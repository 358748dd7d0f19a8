/** The names of files that may be a policy on its own: JSON, and Terraform's templates of it. */
const POLICY_FILE = /\.(?:json|tpl|tftpl|tmpl)$/iu;

const POLICY_TEXT = /"Statement"\s*:/u;

export function isPolicyFile(path: string): boolean {
  return POLICY_FILE.test(path);
}

export function mentionsPolicy(text: string): boolean {
  return POLICY_TEXT.test(text);
}
