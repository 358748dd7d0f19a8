import { Option } from "commander";

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
    "file, folder or glob of get-finding-v2 output; may be repeated",
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

export function traceOption(): Option {
  return repeatable(
    "--trace <file>",
    "what eslint-plugin-least-privilege/cdk-trace wrote when a CDK app was synthesised: which line gave which action to whom; may be repeated",
  );
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
