import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { createContext, runInContext } from "node:vm";
import { afterEach, describe, expect, test } from "vitest";
import { makeCatalogue, type CatalogueOptions } from "../../src/cli/catalogue.js";
import { refinePolicyText } from "../../src/cli/refine.js";
import { evidence, SETTINGS_KEY } from "../../src/eslint/settings.js";
import { BadInput } from "../../src/findings/bad-input.js";
import { readCatalogue, writeCatalogue, type CatalogueAction } from "../../src/iam/catalogue.js";
import { loadCatalogue } from "../../src/load-catalogue.js";
import { finding, inlinePolicy, put, read, runLint, workspace } from "../workspace.js";

const NOW = new Date("2026-10-05T23:30:00Z");
const OLD = "the old catalogue\n";
const AWS = "https://servicereference.us-east-1.amazonaws.com";

const S3 = service("s3", [
  ["GetBucketAcl", {}, true],
  ["GetObject", {}, false],
  ["ListBucket", { IsList: true }, false],
]);
const SQS = service("sqs", [["AddPermission", { IsPermissionManagement: true, IsWrite: true }, true]]);
const ENTRIES = "s3 GetBucketAcl:R+ GetObject:R- ListBucket:L-\nsqs AddPermission:P+\n";

function service(name: string, actions: readonly (readonly [string, object, boolean])[]): string {
  return JSON.stringify({
    Name: name,
    Actions: actions.map(([action, flags, tracked]) => ({
      Name: action,
      Annotations: { Properties: { IsList: false, IsPermissionManagement: false, IsTaggingOnly: false, IsWrite: false, ...flags } },
      SupportedBy: { "IAM Access Analyzer Policy Generation": tracked, "IAM Action Last Accessed": tracked },
    })),
    Version: "v1.4",
  });
}

function index(root: string): string {
  return JSON.stringify(["s3", "sqs"].map((name) => ({ service: name, url: `${root}/v1/${name}/${name}.json` })));
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server on this machine; gone after the test. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${String(address.port)}`;
}

/** A server of files by path; a function answers by itself. */
function serveFiles(files: Readonly<Record<string, string | RequestListener>>, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return serve((request, response) => {
    const file = files[request.url ?? ""];
    if (typeof file === "function") return file(request, response);
    if (file === undefined) response.writeHead(404).end("<html>Not Found</html>");
    else response.writeHead(200, { "content-type": "application/json", ...headers }).end(file);
  });
}

const REFERENCE = { "/": index(""), "/v1/s3/s3.json": S3, "/v1/sqs/sqs.json": SQS };

function make(folder: string, options: Partial<CatalogueOptions> & { readonly from: string }): Promise<string> {
  return makeCatalogue({ output: "catalogue.txt", timeout: "5", ...options }, folder, NOW);
}

/** The sentence of a refusal, after which the old file is as it was and nothing lies beside it. */
async function refusal(options: Partial<CatalogueOptions> & { readonly from: string }, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = workspace({ "catalogue.txt": OLD, ...files });
  const error: unknown = await make(folder, options).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BadInput);
  expect(read(folder, "catalogue.txt")).toBe(OLD);
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  return error instanceof Error ? error.message.replaceAll(folder, "<folder>") : "";
}

describe("from a URL", () => {
  test("writes services, actions, access levels and what is tracked, with today's date", async () => {
    const folder = workspace({});
    const root = await serveFiles(REFERENCE);
    expect(await make(folder, { from: `${root}/` })).toBe(
      "catalogue.txt: 2 services, 4 actions (2 with last-accessed data of their own), of 2026-10-05.",
    );
    const text = read(folder, "catalogue.txt");
    expect(text).toBe(
      "# Action catalogue, format 2. Made by `least-privilege catalogue`; do not edit.\n# date: 2026-10-05\n" +
        `# source: AWS service reference, from ${root}/\n${ENTRIES}# end\n`,
    );
    const catalogue = readCatalogue(text);
    expect(catalogue.tracked("s3", "GetBucketAcl")).toBe(true);
    expect(catalogue.tracked("s3", "GetObject")).toBe(false);
    expect(catalogue.accessLevel("sqs", "AddPermission")).toBe("Permissions management");
  });

  test("replaces an older catalogue, and does the same twice", async () => {
    const folder = workspace({ "catalogue.txt": OLD });
    const root = await serveFiles(REFERENCE);
    await make(folder, { from: root });
    const first = read(folder, "catalogue.txt");
    await make(folder, { from: root });
    expect(read(folder, "catalogue.txt")).toBe(first);
    expect(first).toContain(ENTRIES);
    expect(readdirSync(folder)).toEqual(["catalogue.txt"]);
  });

  test.each([
    ["absolute addresses", (root: string) => index(root), "/"],
    ["AWS's own addresses", () => index(AWS), "/"],
    ["AWS's own addresses, under a path", () => index(AWS), "/copies/aws/"],
    ["relative addresses, under a path", () => index("."), "/copies/aws/index.json"],
    ["AWS's own addresses, beside the services", () => index(AWS), "/copies/aws/v1/service-list.json"],
  ])("a mirror whose index has %s serves the services too", async (_, indexOf, path) => {
    const folder = workspace({});
    const prefix = path.startsWith("/copies") ? "/copies/aws" : "";
    const asked: string[] = [];
    const root = await serve((request, response) => {
      const url = request.url ?? "";
      asked.push(url);
      const files: Readonly<Record<string, string>> = {
        [path]: indexOf(root),
        [`${prefix}/v1/s3/s3.json`]: S3,
        [`${prefix}/v1/sqs/sqs.json`]: SQS,
      };
      response.writeHead(files[url] === undefined ? 404 : 200).end(files[url]);
    });
    await make(folder, { from: `${root}${path}` });
    expect(read(folder, "catalogue.txt")).toContain(ENTRIES);
    expect(asked).toHaveLength(3);
  });

  test("a redirected index is resolved from where it is", async () => {
    const folder = workspace({});
    const root = await serveFiles({
      "/aws": (_, response) => response.writeHead(302, { location: "/copies/" }).end(),
      "/copies/": index(AWS),
      "/copies/v1/s3/s3.json": S3,
      "/copies/v1/sqs/sqs.json": SQS,
    });
    await make(folder, { from: `${root}/aws` });
    expect(read(folder, "catalogue.txt")).toContain(ENTRIES);
  });

  test.each([
    ["Tue, 29 Sep 2026 08:00:00 GMT", "2026-09-29"],
    ["Sat, 10 Oct 2026 08:00:00 GMT", "2026-10-05"],
    ["whenever", "2024-01-01"],
  ])("a mirror's catalogue is as new as its newest file, and never of tomorrow: the index and s3 of %s, sqs of 2024", async (modified, date) => {
    const folder = workspace({});
    const root = await serveFiles(
      {
        ...REFERENCE,
        "/v1/sqs/sqs.json": (_, response) => response.setHeader("last-modified", "Mon, 01 Jan 2024 08:00:00 GMT").end(SQS),
      },
      { "last-modified": modified },
    );
    await make(folder, { from: root });
    expect(loadCatalogue(join(folder, "catalogue.txt")).date).toBe(date);
  });

  test("--date says otherwise", async () => {
    const folder = workspace({});
    await make(folder, { from: await serveFiles(REFERENCE), date: "2026-09-01" });
    expect(read(folder, "catalogue.txt")).toContain("# date: 2026-09-01\n");
  });

  const remedy = "try again, or download the files and name their folder with --from.";
  const name = "name AWS's service reference or a copy of it.";
  test.each<readonly [string, Readonly<Record<string, string | RequestListener>>, string]>([
    ["no index", { "/": (_, response) => response.writeHead(404).end() }, `/: the server answers 404 Not Found: correct the address, or ${remedy}`],
    ["a service that is not there", { "/v1/sqs/sqs.json": (_, response) => response.writeHead(404).end() }, `/v1/sqs/sqs.json: the server answers 404 Not Found: correct the address, or ${remedy}`],
    ["a failing server", { "/v1/s3/s3.json": (_, response) => response.writeHead(503).end("{}") }, `/v1/s3/s3.json: the server answers 503 Service Unavailable: correct the address, or ${remedy}`],
    ["JSON cut off in a name", { "/v1/s3/s3.json": S3.slice(0, 60) }, `/v1/s3/s3.json: the JSON is cut off: ${remedy}`],
    ["JSON cut off after an action", { "/v1/s3/s3.json": S3.slice(0, S3.indexOf(',{"Name":"GetObject"')) }, `/v1/s3/s3.json: the JSON is cut off: ${remedy}`],
    ["an index that is cut off", { "/": index("").slice(0, -1) }, `/: the JSON is cut off: ${remedy}`],
    [
      "a connection that ends early",
      {
        "/v1/s3/s3.json": (_, response) => {
          response.writeHead(200, { "content-length": String(S3.length) });
          response.write(S3.slice(0, 100), () => response.destroy());
        },
      },
      `/v1/s3/s3.json: the connection ended before the whole answer had come: ${remedy}`,
    ],
    ["nothing", { "/v1/s3/s3.json": "" }, `/v1/s3/s3.json: it is empty: ${remedy}`],
    ["a web page", { "/": "<!doctype html>" }, `/: it is not JSON: ${name}`],
    ["another JSON file", { "/": '{"name":"x"}' }, `/: this is not the index of AWS's service reference, a list of services: ${name}`],
    ["an empty index", { "/": "[]" }, `/: this is not an index with a service in it: ${name}`],
    ["an index of files", { "/": '[{"service":"s3","url":"file:///etc/passwd"}]' }, `/, s3: "file:///etc/passwd" is not an address: ${name}`],
    ["an odd action", { "/v1/s3/s3.json": service("s3", [["Get*", {}, true]]) }, `/v1/s3/s3.json, Actions[0].Name: this is not the name of an action: ${name}`],
    ["a service twice", { "/v1/sqs/sqs.json": S3 }, '/v1/sqs/sqs.json: the service "s3" comes a second time: leave one of the files out.'],
  ])("%s is refused in a sentence, and the old catalogue stays", async (_, files, sentence) => {
    const root = await serveFiles({ ...REFERENCE, ...files });
    expect(await refusal({ from: `${root}/` })).toBe(`${root}${sentence}`);
  });

  test("no actions at all are refused", async () => {
    const root = await serveFiles({ ...REFERENCE, "/v1/s3/s3.json": service("s3", []), "/v1/sqs/sqs.json": service("sqs", []) });
    expect(await refusal({ from: root })).toBe(`--from ${root}: the reference has no action: ${name}`);
  });

  test("a server that does not answer, or stops in the middle, is given up", async () => {
    const silent = await serve(() => undefined);
    expect(await refusal({ from: `${silent}/`, timeout: "0.2" })).toBe(`${silent}/: no whole answer within 0.2 seconds: ${remedy}`);
    const slow = await serveFiles({ ...REFERENCE, "/v1/s3/s3.json": (_, response) => void response.writeHead(200).write(S3.slice(0, 50)) });
    expect(await refusal({ from: `${slow}/`, timeout: "0.3" })).toBe(`${slow}/v1/s3/s3.json: no whole answer within 0.3 seconds: ${remedy}`);
  });

  test("a server that does not answer is given up although memory is tidied meanwhile", async () => {
    setFlagsFromString("--expose-gc");
    const context = createContext();
    const silent = await serve(() => setTimeout(() => void runInContext("gc()", context), 50));
    expect(await refusal({ from: `${silent}/`, timeout: "0.5" })).toBe(`${silent}/: no whole answer within 0.5 seconds: ${remedy}`);
  }, 10_000);

  test("a server that is not there", async () => {
    const root = await serve(() => undefined);
    servers.splice(0).forEach((server) => server.close());
    expect(await refusal({ from: `${root}/` })).toBe(`${root}/: the server cannot be reached (ECONNREFUSED): ${remedy}`);
  });

  test.each([
    [{ from: "http://" }, "--from http://: this is not an address: correct it, such as https://servicereference.us-east-1.amazonaws.com/."],
    [{ from: "https://me:secret@example.com/" }, "--from: the address has a user name or password in it: download the files and name their folder."],
    [{ from: AWS, date: "05.10.2026" }, "--date 05.10.2026: this is not a day: write it as YYYY-MM-DD."],
    [{ from: AWS, date: "2026-10-06" }, "--date 2026-10-06: this day is still to come (today is 2026-10-05 in UTC): name the day of the download."],
    [{ from: AWS, timeout: "soon" }, "--timeout soon: this is not a number of seconds up to 3600: correct it, or leave it out."],
  ])("%j is refused before anything is fetched", async (options, sentence) => {
    expect(await refusal(options)).toBe(sentence);
  });
});

describe("from a folder", () => {
  const date = "2026-09-30";
  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ["files of services", { "ref/s3.json": S3, "ref/sqs.json": `\uFEFF${SQS}` }],
    ["the paths of AWS, without an index", { "ref/v1/s3/s3.json": S3, "ref/v1/sqs/sqs.json": SQS, "ref/v1/mapping.json": '{"SDK":{}}' }],
    ["the paths of AWS", { "ref/index.json": index(AWS), "ref/v1/s3/s3.json": S3, "ref/v1/sqs/sqs.json": SQS, "ref/other.json": "?" }],
    ["AWS's index beside files of services", { "ref/index.json": index(AWS), "ref/s3.json": S3, "ref/sqs.json": SQS }],
    ["AWS's v1 folder", { "ref/service-list.json": index(AWS), "ref/s3/s3.json": S3, "ref/sqs/sqs.json": SQS }],
    ["relative addresses", { "ref/index.json": index("."), "ref/v1/s3/s3.json": S3, "ref/v1/sqs/sqs.json": SQS }],
  ])("reads %s", async (_, files) => {
    const folder = workspace(files);
    await make(folder, { from: "ref", date });
    expect(read(folder, "catalogue.txt")).toBe(
      "# Action catalogue, format 2. Made by `least-privilege catalogue`; do not edit.\n# date: 2026-09-30\n" +
        `# source: AWS service reference, from a folder\n${ENTRIES}# end\n`,
    );
  });

  const other = "name the folder of the downloaded files, or an address that begins with https://.";
  test.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ["no folder", {}, `<folder>/ref: there is no such file or folder: ${other}`],
    ["a file", { ref: S3 }, `<folder>/ref: this is not a folder: ${other}`],
    ["an empty folder", { "ref/readme.txt": "" }, "<folder>/ref: the folder has no .json file: name AWS's service reference or a copy of it."],
    [
      "a service that is missing",
      { "ref/index.json": index(AWS), "ref/s3.json": S3 },
      "<folder>/ref/index.json, sqs: the folder has no v1/sqs/sqs.json and no sqs.json: download the missing file, or name another folder.",
    ],
    ["a cut-off file", { "ref/s3.json": S3.slice(0, -1) }, "<folder>/ref/s3.json: the JSON is cut off: try again, or download the files and name their folder with --from."],
    ["another file", { "ref/s3.json": S3, "ref/package.json": '{"name":"x"}' }, "<folder>/ref/package.json, Name: this is not the name of a service: name AWS's service reference or a copy of it."],
  ])("%s is refused in a sentence, and the old catalogue stays", async (_, files, sentence) => {
    expect(await refusal({ from: "ref", date }, files)).toBe(sentence);
  });

  test("does not guess the date", async () => {
    expect(await refusal({ from: "ref" }, { "ref/s3.json": S3 })).toBe(
      "--from ref: a folder does not show of which day its files are: add --date YYYY-MM-DD, the day on which they were downloaded.",
    );
  });
});

describe("writing", () => {
  test("a place that cannot be written is named", async () => {
    const folder = workspace({ "ref/s3.json": S3, "taken/file": "" });
    await expect(make(folder, { from: "ref", date: "2026-09-30", output: "nowhere/catalogue.txt" })).rejects.toThrow(
      new BadInput(`--output ${join(folder, "nowhere", "catalogue.txt")}: cannot be written (there is no such folder).`),
    );
    await expect(make(folder, { from: "ref", date: "2026-09-30", output: "taken" })).rejects.toThrow(
      new BadInput(`--output ${join(folder, "taken")}: cannot be written (this is a folder).`),
    );
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(["ref", "taken"]);
  });
});

const orders = finding("orders", { s3: ["GetBucketAcl"] });
const source = inlinePolicy('          "s3:GetB*",\n          "s3:PutObject",');

/** A catalogue of a few actions of S3. */
function catalogue(date: string, names: readonly string[] = ["GetBucketAcl", "GetBucketLogging", "GetObject", "PutObject"]): string {
  const actions = names.map((name): CatalogueAction => ({ name, level: "Read", tracked: true }));
  return writeCatalogue({ madeBy: "a test", date, source: "a test", services: new Map([["s3", actions]]) });
}

describe("a catalogue of one's own", () => {
  test("is used by lint instead of the built-in one", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source, "own.txt": catalogue("2026-09-01") });
    expect((await runLint(folder, { fix: true, catalogue: "own.txt" })).exitCode).toBe(0);
    expect(read(folder, "main.tf")).toBe(source.replace("s3:GetB*", "s3:GetBucketLogging"));
  });

  test("that is too old keeps wildcards, and the message says how to update it", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source, "own.txt": catalogue("2026-08-31") });
    const { exitCode, stdout } = await runLint(folder, { fix: true, catalogue: "own.txt" });
    expect(exitCode).toBe(1);
    expect(read(folder, "main.tf")).toBe(source);
    expect(stdout).toContain("the action catalogue of 2026-08-31 is older than the analysis of 2026-09-01");
    expect(stdout).toContain("`npm update eslint-plugin-least-privilege`");
    expect(stdout).toContain("`least-privilege catalogue -o catalogue.txt`");
  });

  test("is not linted itself", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source, "own.json": catalogue("2026-09-01") });
    const { stderr } = await runLint(folder, { fix: true, catalogue: "own.json" });
    expect(stderr).not.toContain("own.json");
  });

  test("is used by refine", () => {
    const folder = workspace({ "findings/orders.json": orders, "own.txt": catalogue("2026-09-01") });
    const policy = '{"Statement":[{"Effect":"Allow","Action":["s3:GetB*"],"Resource":"*"}]}';
    const options = { findings: ["findings"], principal: "arn:aws:iam::111122223333:role/orders", catalogue: "own.txt" };
    expect(refinePolicyText(policy, options, folder).output).toBe(policy.replace("s3:GetB*", "s3:GetBucketLogging"));
  });

  test("is a setting, relative to cwd, and part of the fingerprint", () => {
    const folder = workspace({ "findings/orders.json": orders, "data/own.txt": catalogue("2026-09-01") });
    const settings = (more: object = {}): { readonly fingerprint: string; readonly catalogue?: string | undefined } =>
      evidence({ findings: ["findings"], cwd: folder, ...more })[SETTINGS_KEY];
    const before = settings({ catalogue: "data/own.txt" });
    expect(before.catalogue).toBe(join(folder, "data", "own.txt"));
    expect(before.fingerprint).not.toBe(settings().fingerprint);
    expect(settings({ catalogue: "data/own.txt" }).fingerprint).toBe(before.fingerprint);
    put(folder, "data/own.txt", catalogue("2026-09-02"));
    expect(settings({ catalogue: "data/own.txt" }).fingerprint).not.toBe(before.fingerprint);
  });

  test("is read again only when it has changed", () => {
    const folder = workspace({ "own.txt": catalogue("2026-09-01") });
    const path = join(folder, "own.txt");
    utimesSync(path, 1_790_000_000, 1_790_000_000);
    const first = loadCatalogue(path);
    expect(loadCatalogue(path)).toBe(first);
    put(folder, "own.txt", catalogue("2026-09-02"));
    expect(loadCatalogue(path).date).toBe("2026-09-02");
    expect(loadCatalogue(path)).toBe(loadCatalogue(path));
  });

  const anew = "make it anew with `least-privilege catalogue`, or leave it out to use the built-in one.";
  test.each([
    ["nothing.txt", `<folder>/nothing.txt: there is no such file: correct the name, or ${anew}`],
    ["findings", `<folder>/findings: this is a folder, not a catalogue: correct the name, or ${anew}`],
    ["findings/orders.json", `<folder>/findings/orders.json: the action catalogue is not of format 2: ${anew}`],
    ["cut.txt", `<folder>/cut.txt: the action catalogue is cut off, its last line is missing: ${anew}`],
    ["odd.txt", `<folder>/odd.txt: the action catalogue has a bad entry "GetObject:Z" of service "s3": ${anew}`],
  ])("%s is refused in a sentence before anything is linted", async (file, sentence) => {
    const good = catalogue("2026-09-01");
    const folder = workspace({
      "findings/orders.json": orders,
      "main.tf": source,
      "cut.txt": good.slice(0, -10),
      "odd.txt": good.replace("GetObject:R+", "GetObject:Z"),
    });
    const error: unknown = await runLint(folder, { fix: true, catalogue: file }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BadInput);
    expect(error instanceof Error && error.message.replaceAll(folder, "<folder>")).toBe(sentence);
    expect(read(folder, "main.tf")).toBe(source);
  });

  test.skipIf(process.getuid?.() === 0)("that may not be read is refused", () => {
    const folder = workspace({ "own.txt": catalogue("2026-09-01") });
    chmodSync(join(folder, "own.txt"), 0);
    expect(() => loadCatalogue(join(folder, "own.txt"))).toThrow("permission denied");
  });
});

const main = join(import.meta.dirname, "../../dist/src/cli/main.js");

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function leastPrivilege(folder: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: folder });
    const written = { stdout: "", stderr: "" };
    child.stdout.on("data", (data: Buffer) => (written.stdout += data.toString("utf8")));
    child.stderr.on("data", (data: Buffer) => (written.stderr += data.toString("utf8")));
    child.on("close", (status) => done({ status, ...written }));
    child.stdin.end();
  });
}

// `npm test` builds first.
describe.skipIf(!existsSync(main))("the program", () => {
  test("writes a catalogue and uses it", async () => {
    const analysed = finding("orders", { s3: ["GetBucketAcl"] }, { analyzedAt: "2024-06-01T00:00:00Z" });
    const folder = workspace({ "findings/orders.json": analysed, "main.tf": source });
    const root = await serveFiles(REFERENCE, { "last-modified": "Sun, 02 Jun 2024 00:00:00 GMT" });
    const made = await leastPrivilege(folder, "catalogue", "--from", root, "-o", "own.txt");
    expect(made).toEqual({
      status: 0,
      stdout: "own.txt: 2 services, 4 actions (2 with last-accessed data of their own), of 2024-06-02.\n",
      stderr: "",
    });
    const linted = await leastPrivilege(folder, "lint", "--findings", "findings", "--catalogue", "own.txt", "--fix");
    expect(linted.status).toBe(0);
    expect(read(folder, "main.tf")).toBe(inlinePolicy('          "s3:PutObject",'));
  });

  test("ends with 2, one line and the old file when it cannot", async () => {
    const folder = workspace({ "own.txt": OLD, "findings/orders.json": orders });
    mkdirSync(join(folder, "ref"));
    const root = await serveFiles({ ...REFERENCE, "/v1/sqs/sqs.json": SQS.slice(0, 40) });
    for (const args of [
      ["catalogue", "--from", root, "-o", "own.txt"],
      ["catalogue", "--from", `${root}/nothing`, "-o", "own.txt"],
      ["catalogue", "--from", "ref", "--date", "2024-01-01", "-o", "own.txt"],
      ["lint", "--findings", "findings", "--catalogue", "own.txt"],
      ["refine", "--findings", "findings", "--principal", "*", "--catalogue", "own.txt"],
    ]) {
      const { status, stdout, stderr } = await leastPrivilege(folder, ...args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toMatch(/^least-privilege: [^\n]+\.\n$/u);
      expect(read(folder, "own.txt")).toBe(OLD);
    }
  });
});
