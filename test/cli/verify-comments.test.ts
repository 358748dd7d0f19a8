import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { hclComments } from "../../src/cli/verify-comments.js";
import { slice } from "../../src/model/text.js";
import { parseHcl } from "../../src/syntax/hcl.js";

describe("comments of Terraform", () => {
  test.each([
    ['a = 1 # one\n// two\nb = [ /* three\nthree */ 2]\n', ["# one", "// two", "/* three\nthree */"]],
    ['a = "# no" # yes', ["# yes"]],
    ['a = "\\" # no" # yes', ["# yes"]],
    ['a = "$${ # no" # yes', ["# yes"]],
    ['a = "${f("# no") /* yes */}# no"', ["/* yes */"]],
    ['a = "%{ if x }# no%{ endif }" # yes', ["# yes"]],
    ['a = <<EOF\n# no\nEOF\nb = 1 # yes', ["# yes"]],
    ['a = f(<<-E_1\r\n  # no\r\n  E_1\r\n) # yes\r\n', ["# yes"]],
    ['a = { b = "${{ c = "}" }}" } # yes', ["# yes"]],
  ])("%j", (text, expected) => {
    expect(hclComments(text)).toEqual(expected);
  });

  const accepted = join(import.meta.dirname, "../../fixtures/hcl/accepted");
  test.each(readdirSync(accepted))("of %s are those that the reader finds outside of heredocs", (name) => {
    const text = readFileSync(join(accepted, name), "utf8").replace(/^\uFEFF/u, "");
    const found = parseHcl(text).comments.map((comment) => slice(text, comment.span).trimEnd());
    expect(hclComments(text)).toEqual(found);
  });
});
