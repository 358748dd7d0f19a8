// Writes what CDK's grant methods grant: `npm run cdk-grants`. Every class of the installed aws-cdk-lib that has some is created
// in a stack, each method is called with a new role, and what the role's policy then allows is written down.
import { writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { importedName, lineage, memberMethods, readAssembly, signature } from "./assembly.mjs";
import { create, keyProperties, measure, takesKey } from "./measure.mjs";

const OUTPUT = fileURLToPath(new URL("../cdk-grants.ts", import.meta.url));

/** Classes of packages of their own that only bring code in another way. */
const ALIKE = [
  ["aws-lambda-go-alpha.GoFunction", "aws-lambda.Function"],
  ["aws-lambda-python-alpha.PythonFunction", "aws-lambda.Function"],
];

/** `text`: the lines of the table; `missing`: what could not be measured, and why. */
export function grantTable() {
  const { version, types, flags } = readAssembly();
  const sets = new Map();
  const missing = [];
  const classes = Object.values(types).filter(({ kind, abstract, name }) => kind === "class" && abstract !== true && !name.startsWith("Cfn"));
  const measured = new Map();
  for (const type of classes) {
    const methods = memberMethods(types, type);
    if (methods.size === 0) continue;
    const name = importedName(type);
    if (!isConstruct(types, type)) {
      missing.push(`${name}: it is no construct`);
      continue;
    }
    const lines = measureClass(type, methods, flags, (set) => numberOf(sets, set), missing);
    if (lines.length > 0) measured.set(name, { type, keys: keyProperties(type.fqn), lines });
  }
  const text = [
    `version ${version}`,
    ...[...sets].map(([set, number]) => `set ${String(number)} ${set}`),
    ...[...measured].flatMap(([name, { keys, lines }]) => [["class", name, ...keys].join(" "), ...lines.map(({ line }) => line)]),
    ...ALIKE.filter(([, base]) => measured.has(base)).map(([name, base]) => `alike ${name} ${base}`),
    ...interfaces(types, measured),
    ...facades(types, measured),
    ...properties(types, measured),
  ];
  return { version, text: text.join("\n"), missing };
}

function numberOf(sets, set) {
  if (!sets.has(set)) sets.set(set, sets.size);
  return sets.get(set);
}

/** `grantRead (grantee,objectsKeyPattern?) 3 / 5`: the sets without and with a key; several where feature flags make a difference. */
function measureClass(type, methods, flags, number, missing) {
  const name = importedName(type);
  const resources = new Map();
  const runs = [false, ...(takesKey(type.fqn) ? [true] : [])].flatMap((withKey) =>
    [{}, flags].map((context) => {
      try {
        return { withKey, made: create(type.fqn, { context, withKey }) };
      } catch (error) {
        missing.push(`${name}: ${reason(error)}`);
        return { withKey, made: null };
      }
    }),
  );
  if (runs.some(({ made }) => made === null)) return [];
  return [...methods].flatMap(([method, parameters]) => {
    try {
      const found = runs.map(({ withKey, made }) => ({ withKey, set: number(compact(measure(made, method, parameters), resources)) }));
      const written = (key) => [...new Set(found.filter(({ withKey }) => withKey === key).map(({ set }) => set))].join("+");
      const [plain, keyed] = [written(false), written(true)];
      return [{ method, line: [method, signature(parameters), plain, ...(keyed === "" || keyed === plain ? [] : ["/", keyed])].join(" ") }];
    } catch (error) {
      missing.push(`${name}.${method}: ${reason(error)}`);
      return [];
    }
  });
}

function reason(error) {
  return String(error.message).split("\n")[0].replaceAll(process.cwd(), ".").slice(0, 120);
}

/** `s3:GetObject*,List*@0,1 kms:Decrypt@2`: actions by service, and the numbers of what they are granted on. */
function compact(statements, resources) {
  const groups = new Map();
  for (const statement of statements) {
    const where = statement.resources.map((each) => numberOf(resources, each)).sort((a, b) => a - b).join(",");
    for (const action of statement.actions) {
      const [service, actionName] = action.split(":");
      const key = `${service}@${where}`;
      groups.set(key, [...(groups.get(key) ?? []), actionName]);
    }
  }
  return [...groups].map(([key, names]) => {
    const [service, where] = key.split("@");
    return `${service}:${[...new Set(names)].sort().join(",")}@${where}`;
  }).sort().join(" ") || "-";
}

/** Interfaces stand for the class of their name, and have some of its methods. */
function interfaces(types, measured) {
  return Object.values(types).filter(({ kind, name }) => kind === "interface" && /^I[A-Z]/u.test(name)).flatMap((type) => {
    const methods = memberMethods(types, type);
    const name = importedName(type);
    const own = name.replace(/\.I(?=[A-Z]\w*$)/u, ".");
    const known = (measured.get(own)?.lines ?? []).map(({ method }) => method).filter((method) => methods.has(method));
    return known.length === 0 ? [] : [["interface", name, own, ...known].join(" ")];
  });
}

/** `BucketGrants.fromBucket(…)` gives what `bucket.grants` is. */
function facades(types, measured) {
  return Object.values(types).filter(({ kind, name }) => kind === "class" && /Grants$/u.test(name)).flatMap((type) => {
    const makers = (type.methods ?? []).filter((method) => method.static === true && method.returns?.type.fqn === type.fqn);
    const holders = [...measured].flatMap(([name, { type: holder }]) => {
      const property = lineage(types, holder).flatMap(({ properties: all = [] }) => all).find((each) => each.type.fqn === type.fqn);
      return property === undefined ? [] : [[name, property.name]];
    });
    const [first] = holders;
    return first === undefined ? [] : makers.map(({ name }) => ["facade", `${importedName(type)}.${name}`, ...first].join(" "));
  });
}

/** Attributes of constructs that are such constructs themselves, and methods that give them: `instance.secret`, `fn.addAlias()`. */
function properties(types, measured) {
  const known = new Set([...measured.keys(), ...interfaces(types, measured).map((line) => line.split(" ")[1])]);
  return Object.values(types).filter((type) => isConstruct(types, type)).flatMap((type) => {
    const isOwn = (each) => each.static !== true && each.protected !== true;
    const members = lineage(types, type).flatMap(({ properties: own = [], methods = [] }) => [
      ...own.filter(isOwn).map((each) => [each.name, each.type.fqn]),
      ...methods.filter(isOwn).map((each) => [`${each.name}()`, each.returns?.type.fqn]),
    ]);
    const all = new Map(members.reverse());
    const written = [...all].flatMap(([name, fqn]) => {
      const other = types[fqn ?? ""] === undefined ? null : importedName(types[fqn]);
      return known.has(other) ? [`${name}:${other}`] : [];
    });
    return written.length === 0 ? [] : [["properties", importedName(type), ...written.sort()].join(" ")];
  });
}

function isConstruct(types, type) {
  if (type.kind === "interface") return /^I[A-Z]/u.test(type.name) && !type.fqn.includes(".interfaces.") && lineage(types, type).some(({ fqn }) => fqn === "aws-cdk-lib.IResource");
  return type.kind === "class" && type.abstract !== true && !type.name.startsWith("Cfn") && lineage(types, type).some(({ base }) => base === "constructs.Construct");
}

/** @param {{ version: string, text: string }} table */
export function moduleText({ version, text }) {
  return `/**
 * What the grant methods of aws-cdk-lib ${version} allow the grantee. Made by \`npm run cdk-grants\`; do not edit. The lines:
 *
 * - \`set 3 s3:GetObject*,List*@0,1 kms:Decrypt@2\`: actions, and on which resources of the class, by number.
 * - \`class aws-s3.Bucket encryptionKey\`: a class, with the properties that may give it a key, and below it its methods:
 *   \`grantRead (grantee,objectsKeyPattern?) 3 / 5\`: parameters, and the sets without and with a key. \`3+4\`: which one depends on
 *   feature flags.
 * - \`alike\`: a class with the methods of another one. \`interface\`: it stands for a class, and has some of its methods.
 * - \`facade aws-s3.BucketGrants.fromBucket aws-s3.Bucket grants\`: what gives the same as a property.
 * - \`properties aws-rds.DatabaseInstance secret:aws-secretsmanager.ISecret\`: attributes that have grant methods themselves, and methods
 *   that give such constructs: \`addAlias():aws-lambda.Alias\`.
 */
export const CDK_GRANTS = \`
${text}
\`;
`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const table = grantTable();
  writeFileSync(OUTPUT, moduleText(table));
  console.log(`${String(table.text.split("\n").length)} lines of aws-cdk-lib ${table.version}. Not measured:`);
  for (const each of [...new Set(table.missing)]) console.log(`  ${each}`);
}
