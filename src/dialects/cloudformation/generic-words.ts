/** Words that say what a principal is, not whose: accounts are full of roles that are called by nothing else. */
const GENERIC: ReadonlySet<string> = new Set(
  (
    "access admin api app application basic build cd ci cloudformation codebuild codepipeline container custom default deploy " +
    "deployment ec2 ecs eks exec execution fn func function github group handler iam instance invoke lambda managed main " +
    "pipeline policy profile provider resource role roles service stack task user worker"
  ).split(" "),
);

const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*|\d+/gu;

/** The characters of a name that tell it from the names of others: those of words that are not generic. */
export function tellingCharacters(name: string): number {
  const words = name.replace(/EC2|ECS|EKS/gu, "").match(WORD) ?? [];
  return words.filter((word) => !GENERIC.has(word.toLowerCase())).join("").length;
}
