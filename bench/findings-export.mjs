// Writes an export of `count` findings of as many principals as JSON Lines, about 2 KB each, as a large organisation has them.
import { closeSync, openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** The names of the principal with a number: of Terraform, or as CloudFormation makes them; the same for the same number. */
export function principalOf(number) {
  const account = String(100_000_000_000 + (number % 4000) * 7919).slice(0, 12);
  const service = Math.floor(number / 4000);
  if (number % 3 !== 0) return { account, path: "role/app/", name: `team${number % 97}-service${service}-worker-${number % 7}${number}` };
  return { account, path: "role/", name: `team${number % 97}-service${service}-prod-Orders${number % 50_021}Role-${tail(number)}` };
}

function tail(number) {
  let rest = (number * 2_654_435_761) % 4_294_967_296;
  return Array.from({ length: 12 }, () => {
    const letter = LETTERS[rest % 36];
    rest = (rest * 48_271 + 11) % 2_147_483_647;
    return letter;
  }).join("");
}

/** `actions`: by service, the names that an analyzer reports. */
export function writeExport(path, count, actions) {
  const services = Object.keys(actions);
  const file = openSync(path, "w");
  let lines = [];
  for (let number = 0; number < count; number += 1) {
    const { account, path: within, name } = principalOf(number);
    const details = [0, 1, 2].map((offset) => {
      const serviceNamespace = services[(number * 7 + offset * 3) % services.length];
      const all = actions[serviceNamespace];
      const from = (number * 13 + offset) % all.length;
      const names = [...all.slice(from, from + 14), ...all.slice(0, Math.max(0, from + 14 - all.length))];
      return { unusedPermissionDetails: { serviceNamespace, lastAccessed: "2026-01-04T21:03:00+00:00", actions: names.map((action) => ({ action })) } };
    });
    lines.push(
      JSON.stringify({
        findingDetails: [...details, { unusedPermissionDetails: { serviceNamespace: "sns" } }],
        resource: `arn:aws:iam::${account}:${within}${name}`,
        status: number % 50 === 0 ? "ARCHIVED" : "ACTIVE",
        error: null,
        findingType: "UnusedPermission",
        resourceType: "AWS::IAM::Role",
        resourceOwnerAccount: account,
        analyzedAt: "2026-10-31T07:25:34+00:00",
        createdAt: "2025-12-28T19:20:59+00:00",
        updatedAt: "2026-10-31T07:25:37+00:00",
        id: `5d1c0e6e-0000-4000-8000-${number.toString(16).padStart(12, "0")}`,
      }),
    );
    if (lines.length === 2000 || number === count - 1) {
      writeSync(file, `${lines.join("\n")}\n`);
      lines = [];
    }
  }
  closeSync(file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , path, count = "1000000"] = process.argv;
  if (path === undefined) throw new Error("usage: node bench/findings-export.mjs <file> [number of findings]");
  const { builtInCatalogue } = await import("../dist/src/iam/catalogue.js");
  writeExport(path, Number(count), reportable(builtInCatalogue()));
}

/** Some services with their actions. */
export function reportable(actionCatalogue) {
  return Object.fromEntries(["s3", "ec2", "lambda", "dynamodb", "sqs", "kms", "rds", "ecs"].map((service) => [service, [...actionCatalogue.actions(service)]]));
}
