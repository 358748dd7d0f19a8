import { resolve } from "node:path";
import { Command } from "commander";
import { counted } from "../eslint/describe.js";
import { BadInput } from "../findings/bad-input.js";
import { isDate, readCatalogue, writeCatalogue } from "../iam/catalogue.js";
import { SERVICE_REFERENCE } from "../iam/service-reference.js";
import { fetchReference, isAws, readReference, type ServiceReference } from "./service-reference.js";
import { whyNotWritten, writeNew } from "./write.js";

export interface CatalogueOptions {
  readonly from: string;
  readonly output: string;
  readonly date?: string;
  /** Seconds. */
  readonly timeout: string;
}

export function catalogueCommand(done: (exitCode: number) => void): Command {
  return new Command("catalogue")
    .description("Make an action catalogue from AWS's machine-readable service reference, to use instead of the built-in one.")
    .option("--from <folder|URL>", "the reference: its index at AWS, a mirror of it, or a folder of its files", SERVICE_REFERENCE)
    .requiredOption("-o, --output <file>", "where to write the catalogue; an older one there is replaced")
    .option("--date <YYYY-MM-DD>", "the day of which the reference is; needed for a folder")
    .option("--timeout <seconds>", "how long to wait for each file of a URL", "30")
    .addHelpText(
      "after",
      `
From AWS the catalogue gets today's date (UTC); from a mirror that of the newest file, if the server tells it. A folder does not
show when its files were downloaded: say so with --date. Use the catalogue with --catalogue <file>, or evidence({ catalogue }).
Exit codes: 0 written, 2 could not run (an older catalogue stays as it was).`,
    )
    .action(async (options: CatalogueOptions) => {
      process.stdout.write(`${await makeCatalogue(options, process.cwd(), new Date())}\n`);
      done(0);
    });
}

/** Writes the catalogue and returns a sentence about it. Throws `BadInput`; then nothing was written. */
export async function makeCatalogue(options: CatalogueOptions, cwd: string, now: Date): Promise<string> {
  const today = now.toISOString().slice(0, 10);
  const stated = statedDate(options.date, today);
  const timeout = milliseconds(options.timeout);
  const url = /^https?:\/\//iu.test(options.from) ? address(options.from) : null;
  if (url === null && stated === null) {
    throw new BadInput(
      `--from ${options.from}: a folder does not show of which day its files are: add --date YYYY-MM-DD, the day on which they were downloaded.`,
    );
  }
  const reference = url === null ? await readReference(resolve(cwd, options.from)) : await fetchReference(url, timeout);
  const date = stated ?? (url === null || isAws(url) ? today : dateOf(reference, today));
  const text = writeCatalogue({
    madeBy: "`least-privilege catalogue`",
    date,
    source: url === null ? "AWS service reference, from a folder" : `AWS service reference, from ${withoutSecrets(url)}`,
    services: reference.services,
  });

  const catalogue = readCatalogue(text);
  const actions = catalogue.services().flatMap((service) => catalogue.actions(service).map((action) => ({ service, action })));
  if (actions.length === 0) throw new BadInput(`--from ${options.from}: the reference has no action: name AWS's service reference or a copy of it.`);
  const tracked = actions.filter(({ service, action }) => catalogue.tracked(service, action) === true);
  const output = resolve(cwd, options.output);
  try {
    await writeNew(output, text);
  } catch (error) {
    throw new BadInput(`--output ${output}: cannot be written (${whyNotWritten(error)}).`);
  }
  return (
    `${options.output}: ${counted(catalogue.services().length, "service")}, ${counted(actions.length, "action")} ` +
    `(${String(tracked.length)} with last-accessed data of their own), of ${date}.`
  );
}

/** Whatever else is in a mirror's address stays out of the file. */
function withoutSecrets({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** A mirror is as new as its newest file; one that does not tell is taken to be current. */
function dateOf({ modified }: ServiceReference, today: string): string {
  if (modified === null) return today;
  const day = new Date(modified).toISOString().slice(0, 10);
  return day < today ? day : today;
}

function statedDate(date: string | undefined, today: string): string | null {
  if (date === undefined) return null;
  if (!isDate(date)) throw new BadInput(`--date ${date}: this is not a day: write it as YYYY-MM-DD.`);
  if (date > today) throw new BadInput(`--date ${date}: this day is still to come (today is ${today} in UTC): name the day of the download.`);
  return date;
}

function milliseconds(seconds: string): number {
  const value = Number(seconds);
  if (value > 0 && value <= 3600) return value * 1000;
  throw new BadInput(`--timeout ${seconds}: this is not a number of seconds up to 3600: correct it, or leave it out.`);
}

function address(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && url.username + url.password !== "") {
    throw new BadInput("--from: the address has a user name or password in it: download the files and name their folder.");
  }
  if (url !== null) return url;
  throw new BadInput(`--from ${text}: this is not an address: correct it, such as ${SERVICE_REFERENCE}.`);
}
