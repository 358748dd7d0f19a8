import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NO_POLICIES, type PolicyDocument } from "../src/model/policy.js";
import type { PrincipalReference } from "../src/model/principal.js";
import { policiesIn, rivalsOf, withSharedText, type FoundPolicies } from "../src/project.js";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "project-"));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): string {
  const absolute = join(root, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, text);
  return absolute;
}

/** So long ago that its memo is trusted. */
function settle(...paths: readonly string[]): void {
  for (const path of paths) utimesSync(path, 1_000_000_000, 1_000_000_000);
}

function find(path: string, text: string): FoundPolicies | null {
  return policiesIn({ path, text, tree: null, principals: [] }, root);
}

function only(path: string, text: string): PolicyDocument {
  const [document] = find(path, text)?.located.documents ?? [];
  if (document === undefined) throw new Error("no document");
  return document;
}

const DOCUMENT = 'data "aws_iam_policy_document" "d" {\n statement {\n actions = ["s3:*"]\n }\n}\n';
const ATTACHED = `${DOCUMENT}resource "aws_iam_role_policy" "x" {\n role = aws_iam_role.r.name\n policy = data.aws_iam_policy_document.d.json\n}\n`;

function role(name: string): string {
  return `resource "aws_iam_role" "r" {\n name = "${name}"\n}\n`;
}

function names({ attachment }: PolicyDocument): readonly string[] {
  return attachment.principals.map(({ name }) => (name.kind === "literal" ? name.name : name.kind));
}

describe("policiesIn", () => {
  test("asks no dialect of a file that none knows", () => {
    expect(find("/a/readme.md", DOCUMENT)).toBeNull();
    expect(find("/a/main.tf", 'resource "aws_s3_bucket" "b" {}')).toBeNull();
  });

  test("reads a text that is not on disk", () => {
    const found = find("/no/such/directory/main.tf", DOCUMENT);
    expect(found?.dialect).toBe("terraform");
    expect(found?.located.documents[0]?.attachment.open).toEqual(["nothing in this directory attaches it"]);
  });

  test("says why a text cannot be read", () => {
    const found = find("/a/main.tf", 'data "aws_iam_policy_document" {');
    expect(found?.located).toMatchObject({ documents: [], opaque: [{ why: expect.any(String) as string }] });
  });

  test("looks at the other files of the directory, and at no others", () => {
    const main = write("app/main.tf", ATTACHED);
    write("app/role.tf", role("orders"));
    write("app/sub/more.tf", 'output "x" {\n value = data.aws_iam_policy_document.d.json\n}');
    write("more.tf", 'output "x" {\n value = data.aws_iam_policy_document.d.json\n}');
    const document = only(main, ATTACHED);
    expect(names(document)).toEqual(["orders"]);
    expect(document.attachment.open).toEqual([]);
  });

  test.each([true, false])("sees neighbours change, appear and vanish (settled: %s)", (settled) => {
    const main = write("main.tf", ATTACHED);
    const neighbour = write("role.tf", role("orders"));
    if (settled) settle(main, neighbour, root);
    expect(names(only(main, ATTACHED))).toEqual(["orders"]);
    expect(names(only(main, ATTACHED))).toEqual(["orders"]);

    writeFileSync(neighbour, role("others"));
    expect(names(only(main, ATTACHED))).toEqual(["others"]);

    const output = write("output.tf", 'output "x" {\n value = data.aws_iam_policy_document.d.json\n}');
    expect(only(main, ATTACHED).attachment.open).toEqual(['output "x" hands it on']);

    unlinkSync(output);
    unlinkSync(neighbour);
    expect(names(only(main, ATTACHED))).toEqual([]);
  });

  test("believes the given text, not the disk", () => {
    const main = write("main.tf", DOCUMENT);
    write("role.tf", role("orders"));
    expect(names(only(main, DOCUMENT))).toEqual([]);
    expect(names(only(main, ATTACHED))).toEqual(["orders"]);
    expect(names(only(main, DOCUMENT))).toEqual([]);
  });

  test("survives neighbours that cannot be read, and names them", () => {
    const main = write("main.tf", ATTACHED + role("orders"));
    write("broken.tf", 'resource "aws_iam_role" "b" {');
    mkdirSync(join(root, "directory.tf"));
    symlinkSync(join(root, "gone"), join(root, "dangling.tf"));
    symlinkSync(root, join(root, "loop.tf"));
    symlinkSync(join(root, "self.tf"), join(root, "self.tf"));
    const { open } = only(main, ATTACHED + role("orders")).attachment;
    expect(open).toHaveLength(2);
    expect(open).toEqual(
      expect.arrayContaining([expect.stringContaining("broken.tf beside it"), expect.stringContaining("self.tf beside it could not be read (ELOOP)")]),
    );
  });

  test("strips a neighbour's byte order mark", () => {
    const main = write("main.tf", ATTACHED);
    write("role.tf", `\uFEFF${role("orders")}`);
    expect(names(only(main, ATTACHED))).toEqual(["orders"]);
  });

  test("gives the same answer in whichever order files are asked", () => {
    const texts = { "a.tf": ATTACHED, "b.tf": role("orders"), "c.tf": ATTACHED.replaceAll('"d"', '"e"').replaceAll('"x"', '"y"').replaceAll(".d.", ".e.") };
    const paths = Object.entries(texts).map(([name, text]) => [write(name, text), text] as const);
    const ask = (order: typeof paths): unknown => Object.fromEntries(order.map(([path, text]) => [path, find(path, text)]));
    expect(ask([...paths].reverse())).toEqual(ask(paths));
  });
});

describe("rivalsOf", () => {
  const reference: PrincipalReference = {
    kind: "role",
    address: "aws_iam_role.r",
    name: { kind: "pattern", regex: "^.*-orders$", fixed: 7, shown: "<var.env>-orders", id: "-orders" },
  };
  const declares = 'resource "aws_iam_role" "o" {\n name = "${var.e}-orders"\n}\n';

  function rivals(own: string, asked = reference): readonly string[] {
    const declared = { in: dirname(join(root, own)), address: "aws_iam_role.o" };
    return rivalsOf({ path: join(root, own), text: readFileSync(join(root, own), "utf8") }, "terraform", { ...asked, declared }, root).map(({ shown }) => shown);
  }

  test("are other directories, but not what tools have put there", () => {
    write("a/main.tf", declares);
    write("b/main.tf", declares);
    write("b/deep/er/main.tf", declares);
    write("c/main.tf", declares.replace("orders", "payments"));
    write("node_modules/m/main.tf", declares);
    write(".terraform/modules/m/main.tf", declares);
    symlinkSync(root, join(root, "b", "loop"));
    expect(rivals("a/main.tf")).toEqual(["aws_iam_role.o in b", "aws_iam_role.o in b/deep/er"]);
  });

  test("follow the disk, if not at once", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    write("a/main.tf", declares);
    expect(rivals("a/main.tf")).toEqual([]);
    const rival = write("b/main.tf", declares);
    vi.advanceTimersByTime(60_000);
    expect(rivals("a/main.tf")).toEqual(["aws_iam_role.o in b"]);
    writeFileSync(rival, "# nothing");
    vi.advanceTimersByTime(60_000);
    expect(rivals("a/main.tf")).toEqual([]);
    rmSync(join(root, "b"), { recursive: true });
    vi.advanceTimersByTime(60_000);
    expect(rivals("a/main.tf")).toEqual([]);
  });

  test("are found where a directory puts the name together from several files, or cannot be read", () => {
    write("a/main.tf", declares);
    write("b/locals.tf", 'locals {\n name = "${var.env}-orders"\n}\n');
    write("b/main.tf", declares.replace('"${var.e}-orders"', "local.name"));
    write("c/main.tf", `${declares}{`);
    expect(rivals("a/main.tf")).toEqual(["aws_iam_role.o in b", "c/main.tf"]);
  });

  test("of a literal name are those who declare it, too", () => {
    const literal: PrincipalReference = { ...reference, name: { kind: "literal", name: "orders" } };
    write("dev/main.tf", declares.replace("${var.e}-", ""));
    write("prod/main.tf", role("orders"));
    write("test/main.tf", role("payments"));
    expect(rivals("dev/main.tf", literal)).toEqual(["aws_iam_role.r in prod"]);
    // Where it is not declared, one of the others is the principal itself.
    expect(rivals("test/main.tf", literal)).toEqual(["aws_iam_role.r in prod"]);
  });

  describe("of a literal name that comes about", () => {
    const literal: PrincipalReference = { ...reference, name: { kind: "literal", name: "orders-role" } };
    const own = declares.replace("${var.e}-orders", "orders-role");
    const module = 'variable "name" {}\nresource "aws_iam_role" "o" {\n name = "${lower(var.name)}-role"\n}\n';

    test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
      ["in a module that is called", { "prod/main.tf": 'module "m" {\n source = "../modules/m"\n name = "ORDERS"\n}\n' }, ["module.m.aws_iam_role.o in prod"]],
      ["in a module for each of several", { "prod/main.tf": 'module "m" {\n source = "../modules/m"\n for_each = toset(["orders", "bills"])\n name = each.key\n}\n' }, ['module.m["orders"].aws_iam_role.o in prod']],
      ["in a file of values", { "prod/main.tf": module, "prod/terraform.tfvars": 'name = "orders"\n' }, ["aws_iam_role.o in prod"]],
      [
        "in one of two files of values",
        { "prod/main.tf": module, "prod/x/a.tfvars": 'name = "orders"\n', "prod/x/b.tfvars": 'name = "bills"\n', "else/main.tf": 'variable "name" {}\n' },
        ["aws_iam_role.o in prod with prod/x/a.tfvars"],
      ],
      ["with each of two files of values", { "prod/main.tf": own + 'variable "size" {}\n', "prod/a.tfvars": "size = 1\n", "prod/b.tfvars": "size = 2\n" }, ["aws_iam_role.o in prod with prod/a.tfvars", "aws_iam_role.o in prod with prod/b.tfvars"]],
      ["nowhere else", { "prod/main.tf": 'module "m" {\n source = "../modules/m"\n name = "bills"\n}\n' }, []],
    ])("%s", (_, files, expected) => {
      write("dev/main.tf", own);
      write("modules/m/main.tf", module);
      for (const [path, text] of Object.entries(files)) write(path, text);
      expect(rivals("dev/main.tf", literal)).toEqual(expected);
    });
  });

  test("are no matter for an ARN, nor without a tree", () => {
    write("b/main.tf", declares);
    const arn: PrincipalReference = { ...reference, name: { kind: "arn", arn: "arn:aws:iam::111122223333:role/orders" } };
    expect(rivalsOf({ path: join(root, "a/main.tf"), text: "" }, "terraform", arn, root)).toEqual([]);
    expect(rivalsOf({ path: join(root, "a/main.tf"), text: "" }, "terraform", reference, join(root, "gone"))).toEqual([]);
  });
});

describe("a file that is part of several directories", () => {
  test("is open, seen from the link and from where it stands", () => {
    const text = ATTACHED + role("orders");
    const shared = write("shared/iam.tf", text);
    const other = write("other/main.tf", text);
    mkdirSync(join(root, "dev"));
    const link = join(root, "dev/iam.tf");
    symlinkSync("../shared/iam.tf", link);
    const open = (path: string): readonly string[] =>
      withSharedText(find(path, text)?.located ?? NO_POLICIES, path, "terraform", root).documents.flatMap(({ attachment }) => attachment.open);
    expect(open(shared)).toEqual(["dev/iam.tf is a symbolic link to this file"]);
    expect(open(link)).toEqual(["iam.tf is a symbolic link, and its text may be part of other directories"]);
    expect(open(other)).toEqual([]);
    expect(open(join(root, "gone/main.tf"))).toEqual([]);
  });
});
