import { InvalidArgumentError, Option } from "commander";

/** Repeated rather than variadic: a variadic option would swallow the file names that a pre-commit hook appends. */
function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, previous: readonly string[] | undefined) => [
    ...(previous ?? []),
    value,
  ]);
}

export function findingsOption(): Option {
  return repeatable(
    "--findings <path>",
    "file, folder or glob of exported findings or last-accessed data; may be repeated",
  ).makeOptionMandatory();
}

export function catalogueOption(): Option {
  return new Option("--catalogue <file>", "an action catalogue of `least-privilege catalogue`, instead of the built-in one");
}

export function stateOption(): Option {
  return repeatable(
    "--state <file>",
    "a Terraform state (terraform show -json, or state pull), which tells the ARNs of roles; <directory>=<file> names its root module; may be repeated",
  );
}

export function stackResourcesOption(): Option {
  return repeatable(
    "--stack-resources <file>",
    "output of describe-stack-resources or list-stack-resources, the same for a template; <template>=<file> names it; may be repeated",
  );
}

export function cacheLocationOption(): Option {
  return new Option(
    "--cache-location <folder>",
    "where the index of findings too large for memory is kept (default: node_modules/.cache, or the user's cache folder)",
  );
}

export function traceOption(): Option {
  return repeatable(
    "--trace <file>",
    "what eslint-plugin-least-privilege/cdk-trace wrote when a CDK app was synthesised: which line gave which action to whom; may be repeated",
  );
}

export function cdkOutOption(): Option {
  return repeatable("--cdk-out <folder>", "a cdk.out folder: the names of roles, users and groups that the source of a CDK app does not tell; may be repeated");
}

export function principalsOption(): Option {
  return repeatable(
    "--principal <arn>",
    "whose findings count; * stands for any run of characters; may be repeated",
  ).makeOptionMandatory();
}

export function protectOption(): Option {
  return repeatable(
    "--protect <action>",
    "an action that stays whatever the findings say, such as ec2:TerminateInstances; may be repeated",
  );
}

export function inventoryOption(): Option {
  return repeatable(
    "--inventory <file>",
    "output of `aws iam get-account-authorization-details`: everyone there is in an account, and what is attached to whom; may be repeated",
  );
}

export function protectPrincipalOption(): Option {
  return repeatable(
    "--protect-principal <arn>",
    "a principal whose policies are never fixed, such as 'arn:aws:iam::*:role/break-glass-*'; may be repeated",
  );
}

export function exceptionsOption(): Option {
  return new Option("--exceptions <file>", "what stays although it is unused (default: least-privilege.exceptions.yaml, if there is one)");
}

export function maxRemovalsOption(): Option {
  return new Option("--max-removals <n>", "fix nothing if the fixes would take away more actions than that, counted entry by entry").argParser((value) => {
    if (!/^\d{1,9}$/u.test(value)) throw new InvalidArgumentError("Give a whole number, such as 50.");
    return Number(value);
  });
}
function days(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string) => {
    if (/^[1-9]\d{0,3}$/u.test(value)) return Number(value);
    throw new InvalidArgumentError("It must be a number of days, such as 90.");
  });
}

export function unusedForOption(): Option {
  return days(
    "--unused-for <days>",
    "count as unused what was not used for so many days before the analysis (default: what the analyzer reports; of last-accessed data what was never used)",
  );
}

export function maxAgeOption(): Option {
  return days("--max-age <days>", "report evidence that is older than this, and fix nothing because of it");
}
