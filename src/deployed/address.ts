/** One step of a Terraform address: a name, with the key of its instance as it is written. */
interface Step {
  readonly name: string;
  readonly key: string | null;
}

const STEP = /([^.[\]]+)(?:\[((?:"(?:[^"\\]|\\.)*")|\d+)\])?(?:\.|$)/uy;

function stepsOf(address: string): readonly Step[] | null {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < address.length) {
    const [, name, key = null] = STEP.exec(address) ?? [];
    if (name === undefined) return null;
    steps.push({ name, key });
  }
  return steps;
}

/** Does what is deployed at `deployed` have the address `declared`, which stands for all instances where it gives no key? */
export function isInstanceOf(deployed: string, declared: string): boolean {
  if (deployed === declared) return true;
  const [own, wanted] = [stepsOf(deployed), stepsOf(declared)];
  if (own === null || own.length !== wanted?.length) return false;
  return wanted.every(({ name, key }, index) => own[index]?.name === name && (key === null || own[index].key === key));
}

/** What the root module itself declares of an address: `module.app`, `aws_iam_role.orders`. */
export function declaredByRoot(address: string): string {
  const [first, second] = stepsOf(address) ?? [];
  return first === undefined || second === undefined ? address : `${first.name}.${second.name}`;
}
