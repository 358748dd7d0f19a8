import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A property of a resource type of CloudFormation, as deep as it may lie. */
export interface Property {
  /** `AWS::S3::BucketPolicy`. */
  readonly type: string;
  readonly path: readonly Step[];
  /** What the specification says of its value. */
  readonly value: "json" | "string" | "other";
}

export interface Step {
  readonly name: string;
  /** Is its value one of what comes next, a list of it, or a map of it under names of one's own? */
  readonly holds: "one" | "list" | "map";
}

interface Member {
  readonly name: string;
  readonly converter: string;
}

/**
 * Every property of every resource type that the installed aws-cdk-lib knows. Its L1 classes are made of the specification of
 * CloudFormation; what turns their properties into a template tells the names that stand there.
 */
export function specification(): readonly Property[] {
  const library = dirname(createRequire(import.meta.url).resolve("aws-cdk-lib/package.json"));
  return readdirSync(library, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(library, entry.name, "lib")))
    .flatMap(({ name }) => {
      const folder = join(library, name, "lib");
      return readdirSync(folder).flatMap((file) => (file.endsWith(".generated.js") ? propertiesIn(readFileSync(join(folder, file), "utf8")) : []));
    });
}

function propertiesIn(code: string): readonly Property[] {
  const converters = new Map(
    [...code.matchAll(/function convert(Cfn\w+)ToCloudFormation\(properties\)\{(.*?)\}function /gu)].map(([, name = "", body = ""]) => [name, membersIn(body)]),
  );
  return [...code.matchAll(/CFN_RESOURCE_TYPE_NAME="([^"]+)"/gu)].flatMap(({ 1: type = "", index }) => {
    const className = [...code.slice(Math.max(0, index - 3000), index).matchAll(/(?:class|exports\.)\s*(Cfn\w+)/gu)].at(-1)?.[1] ?? "";
    const members = converters.get(`${className}Props`);
    if (members === undefined) throw new Error(`The properties of ${type} are not found.`);
    return below(type, members, [], []);
  });

  function below(type: string, members: readonly Member[], before: readonly Step[], within: readonly string[]): readonly Property[] {
    return members.flatMap(({ name, converter }): readonly Property[] => {
      const path = [...before, { name, holds: holding(converter) }];
      const value = converter.includes("objectToCloudFormation") ? "json" : converter.includes("stringToCloudFormation") ? "string" : "other";
      const nested = [...converter.matchAll(/convert(Cfn\w+?)ToCloudFormation/gu)].map(([, id = ""]) => id).filter((id) => !within.includes(id));
      return [{ type, path, value }, ...nested.flatMap((id) => below(type, converters.get(id) ?? [], path, [...within, id]))];
    });
  }
}

function membersIn(body: string): readonly Member[] {
  return [...body.matchAll(/[{,]"?([A-Z]\w*)"?:((?:cdk\(\)|convert).*?)\(properties\./gu)].map(([, name = "", converter = ""]) => ({ name, converter }));
}

function holding(converter: string): Step["holds"] {
  if (converter.startsWith("cdk().hashMapper(")) return "map";
  return converter.startsWith("cdk().listMapper(") ? "list" : "one";
}
