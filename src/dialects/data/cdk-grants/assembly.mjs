// What aws-cdk-lib declares, as its jsii assembly has it: classes, interfaces, their grant methods and facades.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const GRANTABLE = "aws-cdk-lib.aws_iam.IGrantable";
const ROLE = "aws-cdk-lib.aws_iam.IRole";

/** `{ version, types }`: the types by full name, `aws-cdk-lib.aws_s3.Bucket`. */
export function readAssembly() {
  const folder = join(createRequire(import.meta.url).resolve("aws-cdk-lib/package.json"), "..");
  const own = JSON.parse(readFileSync(join(folder, ".jsii"), "utf8"));
  const assembly = own.schema === "jsii/file-redirect" ? JSON.parse(gunzipSync(readFileSync(join(folder, own.filename))).toString()) : own;
  const flags = JSON.parse(readFileSync(join(folder, "recommended-feature-flags.json"), "utf8"));
  return { version: assembly.version, types: assembly.types, flags };
}

/** As sources import it: `aws-s3.Bucket`. */
export function importedName(type) {
  const path = type.fqn.split(".").slice(1);
  return path.length === 1 ? `core.${path[0]}` : [path[0].replaceAll("_", "-"), ...path.slice(1)].join(".");
}

/** A class with those that it extends; an interface with all that it extends, directly or not. */
export function lineage(types, type) {
  const parents = type.kind === "class" ? [type.base] : (type.interfaces ?? []);
  return [type, ...parents.flatMap((name) => (types[name] === undefined ? [] : lineage(types, types[name])))];
}

/** Methods whose set of actions is fixed: they take a grantee, and no actions. */
function grantMethods(types, type, isGrant) {
  const methods = new Map();
  for (const each of lineage(types, type)) {
    for (const method of each.methods ?? []) {
      const parameters = method.parameters ?? [];
      const takesActions = parameters.some(({ name }) => /actions$/iu.test(name));
      const isFixed = !takesActions && parameters.some((parameter) => isGrantee(parameter));
      if (!method.static && method.protected !== true && isGrant(method.name) && isFixed && !methods.has(method.name)) methods.set(method.name, parameters);
    }
  }
  return methods;
}

export function isGrantee({ type }) {
  return type.fqn === GRANTABLE || type.fqn === ROLE;
}

/** `grantRead`, and of facades `grants.read`, each with its parameters. */
export function memberMethods(types, type) {
  const methods = grantMethods(types, type, (name) => /^grant[A-Z]/u.test(name));
  for (const { name, type: { fqn } } of lineage(types, type).flatMap(({ properties = [] }) => properties)) {
    const facade = types[fqn ?? ""];
    if (facade === undefined || !/Grants$/u.test(facade.name)) continue;
    for (const [method, parameters] of grantMethods(types, facade, () => true)) methods.set(`${name}.${method}`, parameters);
  }
  return methods;
}

/** `(grantee,objectsKeyPattern?)`: what a call must agree with when another method takes the place of this one. */
export function signature(parameters) {
  const written = parameters.map((each) => `${isGrantee(each) ? "grantee" : each.name}${each.optional === true || each.variadic === true ? "?" : ""}`);
  return `(${written.join(",")})`;
}
