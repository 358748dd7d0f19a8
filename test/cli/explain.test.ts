import { isAbsolute, join } from "node:path";
import { describe, expect, test } from "vitest";
import { explainEntry, type ExplainCommandOptions } from "../../src/cli/explain.js";
import { explanationHtml } from "../../src/cli/explain/html.js";
import { explanationSvg } from "../../src/cli/explain/svg.js";
import { explain, type Explanation } from "../../src/explain.js";
import { BadInput } from "../../src/findings/bad-input.js";
import { builtInCatalogue } from "../../src/iam/catalogue.js";
import { finding, read, workspace } from "../workspace.js";

const ORDERS = "arn:aws:iam::111122223333:role/orders";
const BILLING = "arn:aws:iam::111122223333:role/billing";
const UNUSED = ["ListRoles", "ListUsers", "ListGroups", "GetGroup"];

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

async function shown(action: string, options: Partial<ExplainCommandOptions> = {}, terminal: Terminal = {}, cwd = folder()): Promise<string> {
  let written = "";
  const { env = {}, ...stream } = terminal;
  await explainEntry(
    action,
    { findings: ["findings"], principal: [ORDERS], ...options },
    { cwd, env, stdout: { ...stream, write: (text) => (written += text) } },
  );
  return written;
}

function folder(): string {
  return workspace({
    "findings/orders.json": finding("orders", { iam: UNUSED, s3: [] }),
    "findings/billing.json": finding("billing", { iam: ["ListRoles", "GetGroup"] }),
    "catalogue.txt": [
      "# Action catalogue, format 2. Made by a test; do not edit.",
      "# date: 2026-09-26",
      "iam GetGroup:R+ GetGroupPolicy:R+ ListGroupPolicies:L+ ListGroups:L+ ListRoles:L+ ListRoleTags:L- ListUserPolicies:L+ ListUsers:L+ ListUserTags:L- PassRole:W",
      "s3 GetObject:R- ListBucket:L",
      "# end",
      "",
    ].join("\n"),
  });
}

async function refusal(action: string, options: Partial<ExplainCommandOptions> = {}): Promise<string> {
  const error: unknown = await shown(action, options).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BadInput);
  return error instanceof Error ? error.message : "";
}

const catalogue = "catalogue.txt";

describe("the tree", () => {
  test("shows branches, replacement and reasons", async () => {
    expect(await shown("iam:*", { catalogue })).toMatchInlineSnapshot(`
      ""iam:*" of role "orders" in account 111122223333, analysed 2026-09-01, action catalogue of 2026-09-26
      10 actions: 6 stay, 4 unused.

      ✗ *                          6 stay, 4 unused
      ├─ ✗ GetGroup*               1 stays, 1 unused
      │  ├─ ✗ GetGroup             unused
      │  └─ ✓ GetGroupPolicy       stays  ◀ entry
      ├─ ✗ List*                   4 stay, 3 unused
      │  ├─ ✓ ListGroupPolicies    stays  ◀ entry
      │  ├─ ✗ ListGroups           unused
      │  ├─ ✗ ListRoles            unused
      │  ├─ ✓ ListRoleTags         stays  ◀ entry
      │  ├─ ✗ ListUser*            2 stay, matches ListUsers too
      │  │  ├─ ✓ ListUserPolicies  stays  ◀ entry
      │  │  └─ ✓ ListUserTags      stays  ◀ entry
      │  └─ ✗ ListUsers            unused
      └─ ✓ PassRole                stays  ◀ entry

      ✓ matches nothing that is unused   ✗ matches something unused   ◀ entry of the replacement

      Replacement
        Replace it by 6 entries (103 characters).
        iam:GetGroupPolicy     1 action
        iam:ListGroupPolicies  1 action
        iam:ListRoleTags       1 action
        iam:ListUserPolicies   1 action
        iam:ListUserTags       1 action
        iam:PassRole           1 action

      Reasons
        ✗ 4 reported unused
          GetGroup    no use in the tracked period
          ListGroups  no use in the tracked period
          ListRoles   no use in the tracked period
          ListUsers   no use in the tracked period
        ✓ 1 protected
          AWS cannot observe their use: they are checked when a resource is passed to a service, and leave
          no event.
          PassRole
        ✓ 2 cannot be observed
          AWS does not record when they were last used; it reports them only with a service that is not
          used at all.
          ListRoleTags, ListUserTags
        ✓ 3 not reported, although AWS records their last use
          GetGroupPolicy, ListGroupPolicies, ListUserPolicies
      "
    `);
  });

  test("names the principals that keep an action", async () => {
    const text = await shown("iam:ListU*", { catalogue, principal: ["arn:aws:iam::*:role/*"] });
    expect(text).toContain('  ✓ 1 kept by another principal: not reported for role "billing" in account 111122223333\n    ListUsers\n');
    expect(await shown("iam:ListU*", { catalogue, principal: [ORDERS, BILLING] })).toBe(text);
  });

  test("of one action is its reason only", async () => {
    expect(await shown("iam:ListRoles", { catalogue })).toMatchInlineSnapshot(`
      ""iam:ListRoles" of role "orders" in account 111122223333, analysed 2026-09-01, action catalogue of 2026-09-26
      1 action: 0 stay, 1 unused.

      Replacement
        Remove it: everything that it grants is reported unused.

      Reasons
        ✗ 1 reported unused
          ListRoles  no use in the tracked period
      "
    `);
  });

  test("of an unused service says that it goes", async () => {
    expect(await shown("s3:*", { catalogue })).toContain("Remove it: the service s3 is not used at all.");
  });

  test("of an outdated catalogue says why there is no replacement", async () => {
    const old = workspace({
      "findings/orders.json": finding("orders", { iam: UNUSED }),
      "catalogue.txt": read(folder(), "catalogue.txt").replace("2026-09-26", "2026-08-01"),
    });
    const text = (await shown("iam:List*", { catalogue }, {}, old)).replaceAll(/\s+/gu, " ");
    expect(text).toContain("No replacement, because the action catalogue of 2026-08-01 is older than the analysis of 2026-09-01");
    expect(text).toContain("They stay for now");
  });

  test("has colours on a terminal only, and not with NO_COLOR", async () => {
    const escape = "\u001B[";
    const terminal = { isTTY: true, columns: 100, env: { LANG: "en_GB.UTF-8" } };
    expect(await shown("iam:*", { catalogue })).not.toContain(escape);
    expect(await shown("iam:*", { catalogue }, terminal)).toContain(`${escape}1;32mListUserPolicies`);
    expect(await shown("iam:*", { catalogue }, { ...terminal, env: { NO_COLOR: "1" } })).not.toContain(escape);
    expect(await shown("iam:*", { catalogue }, { ...terminal, env: { TERM: "dumb" } })).not.toContain(escape);
    expect(await shown("iam:*", { catalogue, color: false }, terminal)).not.toContain(escape);
    expect(await shown("iam:*", { catalogue, color: true })).toContain(escape);
  });

  test("is as wide as usual on a terminal that does not know its width", async () => {
    const terminal = { isTTY: true, env: {} };
    const usual = await shown("ec2:*", {}, { ...terminal, columns: 80 }, largeFolder());
    expect(await shown("ec2:*", {}, { ...terminal, columns: 0 }, largeFolder())).toBe(usual);
    expect(await shown("ec2:*", {}, terminal, largeFolder())).toBe(usual);
  });

  test("says when no managed policy holds the replacement", async () => {
    const words = (await shown("ec2:*", {}, {}, largeFolder())).replace(/\s+/gu, " ");
    expect(words).toMatch(/Replace it by \d+ entries \(\d+,\d+ characters\)\. That is more than a managed policy may hold \(6,144\)\. ec2:/u);
    expect(await shown("iam:*", { catalogue })).not.toContain("managed policy");
  });

  test("is drawn with ASCII where nothing else can be shown", async () => {
    const notAscii = /[^\n -~]/u;
    expect(await shown("iam:*", { catalogue, ascii: true })).not.toMatch(notAscii);
    expect(await shown("iam:*", { catalogue, color: false }, { isTTY: true, env: { LANG: "C" } })).not.toMatch(notAscii);
    expect(await shown("iam:*", { catalogue, color: false }, { isTTY: true, env: { LANG: "en_GB.UTF-8" } })).toMatch(notAscii);
  });

  test.each([60, 80, 120])("fits a terminal of %i columns", async (columns) => {
    const text = await shown("ec2:*", { color: false }, { isTTY: true, columns, env: {} }, largeFolder());
    const [tree = "", lists = ""] = text.split("\nReplacement\n");
    const tooLong = (part: string): readonly string[] => part.split("\n").slice(2).filter((line) => line.length > columns);
    // One name cannot be broken.
    expect(tooLong(lists).filter((line) => line.trim().split(/ {2,}|, /u).length > 2)).toEqual([]);
    expect(tooLong(tree).filter((line) => /^[^A-Z]*[A-Z]/u.test(line))).toEqual([]);
    expect(tree.split("\n").length).toBeLessThan(175);
  });
});

describe("JSON", () => {
  test("has every action with its reason", async () => {
    const parsed: unknown = JSON.parse(await shown("iam:List*", { catalogue, format: "json" }));
    expect(parsed).toMatchObject({
      action: "iam:List*",
      principals: [{ arn: ORDERS, analyzedAt: "2026-09-01T00:00:00.000Z" }],
      catalogue: "2026-09-26",
      actions: [
        { action: "iam:ListGroupPolicies", kind: "not-reported", tracked: true },
        { action: "iam:ListGroups", kind: "reported-unused", lastAccessed: null },
        { action: "iam:ListRoles", kind: "reported-unused" },
        { action: "iam:ListRoleTags", kind: "unobservable" },
        { action: "iam:ListUserPolicies", kind: "not-reported" },
        { action: "iam:ListUsers", kind: "reported-unused" },
        { action: "iam:ListUserTags", kind: "unobservable" },
      ],
      refinement: { kind: "replace" },
      trie: { pattern: "List*", safe: false },
    });
  });
});

describe("pictures", () => {
  test("are well-formed and stand alone", async () => {
    for (const [action, where] of [["iam:*", folder()], ["ec2:*", largeFolder()]] as const) {
      const svg = await shown(action, { format: "svg" }, {}, where);
      wellFormed(svg.replace(/^<\?xml[^>]*\?>\n/u, ""));
      expect(svg).not.toMatch(/<script|href=|url\(|@import/u);
      expect(await shown(action, { format: "svg" }, {}, where)).toBe(svg);
    }
  });

  test("draw at most so much, and keep within their frame", async () => {
    const svg = await shown("ec2:*", { format: "svg" }, {}, largeFolder());
    const [, width = "0", height = "0"] = /width="(\d+)" height="(\d+)"/u.exec(svg) ?? [];
    const boxes = [...svg.matchAll(/<rect x="([\d.]+)" y="(\d+)" width="([\d.]+)" height="24"/gu)];
    expect(boxes.length).toBeGreaterThan(60);
    expect(boxes.length).toBeLessThanOrEqual(165);
    const rows = new Map<string, number>();
    for (const [, x, y = "", own] of boxes) {
      expect(Number(x) + Number(own)).toBeLessThanOrEqual(Number(width));
      expect(Number(y) + 24).toBeLessThanOrEqual(Number(height));
      // In the order of a row from left to right: no box lies on another.
      expect(Number(x)).toBeGreaterThanOrEqual(rows.get(y) ?? 0);
      rows.set(y, Number(x) + Number(own));
    }
    expect(svg).toMatch(/\+ \d+ more unused/u);
  });

  test("show safe and unsafe by more than a colour", async () => {
    const svg = await shown("iam:*", { catalogue, format: "svg" });
    expect(svg).toContain("stroke-dasharray");
    expect(svg).toContain("l3.5 4.5l7 -9");
    expect(svg).toContain("l9 9m0 -9l-9 9");
  });

  test("tell what they leave out when pointed at", async () => {
    expect(await shown("iam:*", { catalogue, format: "svg" })).toContain("Unused (1): ListRoles");
  });
});

describe("HTML", () => {
  test("has picture, replacement, reasons and branches without scripts", async () => {
    const html = await shown("iam:*", { catalogue, format: "html" });
    wellFormed(html.slice(html.indexOf("<body>"), html.indexOf("</body>") + "</body>".length));
    expect(html).toMatch(/^<!doctype html>/u);
    expect(html).not.toMatch(/<script|href=|src=/u);
    for (const part of ["<svg ", "<h2>Replacement</h2>", "<h2>Reasons</h2>", "<details", "iam:ListUserPolicies"]) expect(html).toContain(part);
  });

  test("and SVG escape what comes from outside", () => {
    const explanation = hostile();
    for (const text of [explanationHtml(explanation), explanationSvg(explanation)]) {
      expect(text).not.toContain("<b>");
      expect(text).toContain("&lt;b&gt;");
      expect(text).not.toContain("\u0007");
    }
    wellFormed(explanationSvg(explanation).replace(/^<\?xml[^>]*\?>\n/u, ""));
  });
});

describe("output files", () => {
  test.each([
    ["why.svg", "<?xml"],
    ["why.html", "<!doctype html>"],
    ["why.json", "{\n"],
    ["why.txt", '"iam:*" of role'],
  ])("%s is written in the format of its name", async (output, start) => {
    const cwd = folder();
    expect(isAbsolute(cwd)).toBe(true);
    expect(await shown("iam:*", { catalogue, output }, { isTTY: true }, cwd)).toBe("");
    expect(read(cwd, output).startsWith(start)).toBe(true);
  });

  test("that cannot be written are refused", async () => {
    expect(await refusal("iam:*", { output: join("nowhere", "why.svg") })).toBe("--output nowhere/why.svg: cannot be written (there is no such folder).");
    expect(await refusal("iam:*", { output: join("findings", "orders.json", "why.svg") })).toBe(
      "--output findings/orders.json/why.svg: cannot be written (there is no such folder).",
    );
    expect(await refusal("iam:*", { output: "findings" })).toBe("--output findings: cannot be written (this is a folder).");
  });
});

describe("refused", () => {
  test("a protected action that no action can match", async () => {
    expect(await refusal("s3:Get*", { protect: ["s3:GetObject", " s3:GetBucketAcl"] })).toBe(
      'protected actions: " s3:GetBucketAcl" is not an action: write it as ec2:TerminateInstances, or as a pattern such as backup:*.',
    );
  });

  test.each([
    ["s3", '"s3" is not an action of one service: write the service, a colon and an action or a pattern, such as \'s3:Get*\'.'],
    ["s*:Get", '"s*:Get" is not an action of one service: write the service, a colon and an action or a pattern, such as \'s3:Get*\'.'],
    ["*", "*: this grants every action of every service: ask for one service at a time, such as 's3:*'."],
    ["s4:Get*", 's4:Get*: the action catalogue of 2026-09-26 knows no service "s4": check the part before the colon.'],
    ["s3:Gat*", 's3:Gat*: the action catalogue of 2026-09-26 knows no action of s3 that "Gat*" matches: check the part after the colon.'],
  ])("%s", async (action, message) => {
    expect(await refusal(action)).toBe(message);
  });

  test("a principal without finding", async () => {
    expect(await refusal("s3:Get*", { principal: [ORDERS, `${ORDERS}s`] })).toBe(
      `--principal ${ORDERS}s: the findings have no unused permissions of this principal: check the ARN, or export its finding.`,
    );
  });

  test("an earlier catalogue that is older than the analysis", async () => {
    const cwd = folder();
    const old = workspace({ "old.txt": read(cwd, "catalogue.txt").replace("2026-09-26", "2026-08-31") });
    const file = join(old, "old.txt");
    expect(await refusal("iam:*", { earlierCatalogue: file })).toBe(
      `--earlier-catalogue ${file}: it is of 2026-08-31, before the analysis of 2026-09-01, and so cannot tell what is newer than the findings: name a later one, or none.`,
    );
  });
});

test("an earlier catalogue tells what is newer than the findings", async () => {
  const cwd = workspace({
    "findings/orders.json": finding("orders", { iam: UNUSED }),
    "new.txt": read(folder(), "catalogue.txt").replace("ListUserTags:L-", "ListUserTags:L- ListUserTomorrow:L+"),
    "earlier.txt": read(folder(), "catalogue.txt").replace("2026-09-26", "2026-09-01"),
  });
  const text = await shown("iam:List*", { catalogue: "new.txt", earlierCatalogue: "earlier.txt" }, {}, cwd);
  expect(text).toContain(
    "  ✓ 1 newer than the finding\n    The action catalogue of 2026-09-01 lacks them, so they could not be reported.\n    ListUserTomorrow\n",
  );
});

function largeFolder(): string {
  const unused = builtInCatalogue().actions("ec2").filter((_, index) => index % 3 === 0);
  return workspace({ "findings/orders.json": finding("orders", { ec2: unused }) });
}

/** Of a principal whose path and name are as strange as a finding could have them. */
function hostile(): Explanation {
  const unused = new Map([
    ["s3", { namespace: "s3", whole: false, lastAccessed: null, actions: new Map([["get<b>\u0007", { name: "Get<b>\u0007", lastAccessed: null }]]) }],
  ]);
  const principal = { arn: `arn:aws:iam::111122223333:role/"<b>&'/x`, kind: "role", name: "<b>&", account: "111122223333", analyzedAt: "2026-09-01T00:00:00Z", findingIds: ["f"], unused } as const;
  const explanation = explain("s3:Get*", [principal], { catalogue: builtInCatalogue(), earlierCatalogue: null, protectedActions: [] });
  if (explanation === null) throw new Error("not explained");
  return explanation;
}

/** Every tag is closed, every attribute is quoted, and no character stands bare that may not. */
function wellFormed(xml: string): void {
  const open: string[] = [];
  const rest = xml.replaceAll(/<(\/?)([a-zA-Z][\w-]*)((?:\s+(?:open|[\w:-]+="[^"<]*"))*)\s*(\/?)>/gu, (_tag, end: string, name: string, _attributes, empty: string) => {
    if (end === "/") expect(open.pop()).toBe(name);
    else if (empty === "") open.push(name);
    return "";
  });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/u);
  expect(rest).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/u);
}
