import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { writeAtomically, writeNew } from "../../src/cli/write.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "write-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("replaces the text byte for byte and leaves nothing else behind", async () => {
  const file = join(folder, "main.tf");
  writeFileSync(file, "old");
  await writeAtomically(file, "\uFEFFa\r\nb\té\u{1F600}");
  expect(readFileSync(file, "utf8")).toBe("\uFEFFa\r\nb\té\u{1F600}");
  expect(readdirSync(folder)).toEqual(["main.tf"]);
});

test("keeps the permissions, whatever the umask", async () => {
  const file = join(folder, "main.tf");
  writeFileSync(file, "old");
  chmodSync(file, 0o666);
  const umask = process.umask(0o077);
  try {
    await writeAtomically(file, "new");
  } finally {
    process.umask(umask);
  }
  expect(statSync(file).mode & 0o777).toBe(0o666);
});

test("writes through a symbolic link", async () => {
  mkdirSync(join(folder, "real"));
  writeFileSync(join(folder, "real", "main.tf"), "old");
  symlinkSync(join("real", "main.tf"), join(folder, "link.tf"));
  await writeAtomically(join(folder, "link.tf"), "new");
  expect(readFileSync(join(folder, "real", "main.tf"), "utf8")).toBe("new");
  expect(lstatSync(join(folder, "link.tf")).isSymbolicLink()).toBe(true);
  expect(readlinkSync(join(folder, "link.tf"))).toBe(join("real", "main.tf"));
  expect(readdirSync(join(folder, "real"))).toEqual(["main.tf"]);
});

test("fails without a trace when the name cannot be taken", async () => {
  mkdirSync(join(folder, "main.tf"));
  writeFileSync(join(folder, "main.tf", "inner"), "");
  await expect(writeAtomically(join(folder, "main.tf"), "new")).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(["main.tf"]);
});

test("does not make files that were not there", async () => {
  await expect(writeAtomically(join(folder, "main.tf"), "new")).rejects.toThrow("ENOENT");
  expect(readdirSync(folder)).toEqual([]);
});

test("writeNew makes the file, or replaces it as writeAtomically does", async () => {
  const file = join(folder, "catalogue.txt");
  await writeNew(file, "first");
  expect(readFileSync(file, "utf8")).toBe("first");
  chmodSync(file, 0o640);
  await writeNew(file, "second");
  expect(readFileSync(file, "utf8")).toBe("second");
  expect(statSync(file).mode & 0o777).toBe(0o640);
  await expect(writeNew(join(folder, "none", "catalogue.txt"), "")).rejects.toThrow("ENOENT");
  expect(readdirSync(folder)).toEqual(["catalogue.txt"]);
});
