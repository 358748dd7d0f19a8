import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BadInput } from "../../src/findings/bad-input.js";
import { findingsFiles, readFile } from "../../src/findings/files.js";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "findings-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), "[]");
  }
}

function found(...patterns: string[]): string[] {
  return findingsFiles(patterns, root).map((file) => file.slice(root.length + 1));
}

describe("findings files", () => {
  test("a file is taken whatever it is called", () => {
    write("export.txt");
    expect(found("export.txt", "./export.txt", join(root, "export.txt"))).toEqual(["export.txt"]);
  });

  test("a folder gives its exports, however deep, sorted", () => {
    write("in/b.json", "in/a/z.JSONL", "in/a/y.ndjson", "in/README.md", "in/.cache/x.json", "in/.hidden.json", "other.json");
    expect(found("in")).toEqual(["in/a/y.ndjson", "in/a/z.JSONL", "in/b.json"]);
  });

  test("links are followed, also those that lead back up", () => {
    write("in/a.json", "elsewhere/b.json");
    symlinkSync(join(root, "in"), join(root, "in/again"));
    symlinkSync(join(root, "elsewhere"), join(root, "in/more"));
    symlinkSync(join(root, "elsewhere/b.json"), join(root, "in/c.json"));
    expect(found("in")).toEqual(["in/a.json", "in/c.json", "in/more/b.json"]);
  });

  test("globs", () => {
    write("in/b.json", "in/a/c.json", "in/a/d.txt");
    expect(found("in/**/*.json")).toEqual(["in/a/c.json", "in/b.json"]);
    expect(found(`${root}/in/*.json`, "in/b.json")).toEqual(["in/b.json"]);
  });

  test("a file whose name looks like a glob is a file", () => {
    write("findings [1].json", "findings 1.json");
    expect(found("findings [1].json")).toEqual(["findings [1].json"]);
  });
});

describe("one sentence for", () => {
  function complaint(read: () => unknown): string {
    try {
      read();
    } catch (error) {
      if (error instanceof BadInput) return error.message.replaceAll(root, "<root>");
      throw error;
    }
    throw new Error("nothing was complained about");
  }

  test("a file that is missing", () => {
    expect(complaint(() => found("findings.json"))).toBe(
      "<root>/findings.json: there is no such file or folder: correct the name, or export the findings to it.",
    );
  });

  test("a glob that matches nothing", () => {
    write("in/a.txt");
    expect(complaint(() => found("in/*.json"))).toBe(
      "<root>/in/*.json: no file matches this glob: correct it, or export the findings to where it points.",
    );
  });

  test("a folder without exports", () => {
    write("in/README.md");
    expect(complaint(() => found("in"))).toBe(
      "<root>/in: the folder has no .json, .jsonl or .ndjson file: export the findings to it, or name another.",
    );
  });

  test("no name, or an empty one", () => {
    expect(complaint(() => found())).toBe("findings: no file is named: name the files, folders or globs of the exported findings.");
    expect(complaint(() => found(""))).toBe(
      "findings: one of the names is empty: name the files, folders or globs of the exported findings.",
    );
  });

  test("a link that leads nowhere", () => {
    mkdirSync(join(root, "in"));
    symlinkSync(join(root, "gone.json"), join(root, "in/a.json"));
    expect(complaint(() => found("in"))).toBe(
      "<root>/in/a.json: there is no such file: correct the name, make it readable, or leave it out.",
    );
  });

  test("a folder in place of a file", () => {
    expect(complaint(() => readFile(root))).toBe(
      "<root>: this is a folder: correct the name, make it readable, or leave it out.",
    );
  });

  test("what is no text", () => {
    writeFileSync(join(root, "a.json"), Buffer.from([0x7b, 0x22, 0xc3, 0x28]));
    expect(complaint(() => readFile(join(root, "a.json")))).toBe(
      "<root>/a.json: the file is not text in UTF-8: export the findings again with --output json.",
    );
  });
});

describe("encodings", () => {
  const json = '{"note": "Zürich"}\r\n';
  const utf16 = Buffer.from(json, "utf16le");
  test.each([
    ["UTF-8", Buffer.from(json)],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${json}`)],
    ["UTF-16LE with a byte order mark, as PowerShell writes it", Buffer.from(`\uFEFF${json}`, "utf16le")],
    ["UTF-16LE", utf16],
    ["UTF-16BE with a byte order mark", Buffer.from(`\uFEFF${json}`, "utf16le").swap16()],
  ])("%s", (_name, bytes) => {
    writeFileSync(join(root, "a.json"), bytes);
    expect(readFile(join(root, "a.json")).text).toBe(json);
  });
});
