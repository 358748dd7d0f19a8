import { parseHclJson, type BlockShape, type BodyShape } from "../../syntax/hcl-json.js";
import type { HclFile } from "../../syntax/hcl-nodes.js";

/**
 * Reads Terraform's JSON syntax (https://developer.hashicorp.com/terraform/language/syntax/json). Of the providers' blocks, those
 * are told from arguments that hold policies; others are read as arguments, with the same references in them.
 */
export function parseTerraformJson(text: string): HclFile {
  return parseHclJson(text, FILE);
}

const NO_NAMES: ReadonlySet<string> = new Set();

function bodyWith(blocks: Readonly<Record<string, BlockShape>>, more: Partial<BodyShape> = {}): BodyShape {
  return { blocks: new Map(Object.entries(blocks)), references: NO_NAMES, literals: NO_NAMES, dynamic: false, ...more };
}

function block(labels: number, body: BodyShape | BlockShape["body"]): BlockShape {
  return { labels, body: typeof body === "function" ? body : () => body, orArgument: false };
}

const ARGUMENTS = bodyWith({});
const PROVIDER_ARGUMENTS = bodyWith({}, { dynamic: true });

const STATEMENT = bodyWith(
  {
    principals: block(0, PROVIDER_ARGUMENTS),
    not_principals: block(0, PROVIDER_ARGUMENTS),
    condition: block(0, PROVIDER_ARGUMENTS),
  },
  { dynamic: true },
);

/** The blocks of resources and data sources, by type. */
const PROVIDER_BLOCKS: ReadonlyMap<string, Readonly<Record<string, BlockShape>>> = new Map([
  ["data.aws_iam_policy_document", { statement: block(0, STATEMENT) }],
  // The provider takes a list in place of the blocks.
  ["resource.aws_iam_role", { inline_policy: { ...block(0, PROVIDER_ARGUMENTS), orArgument: true } }],
]);

/** https://developer.hashicorp.com/terraform/language/syntax/json#block-type-specific-exceptions */
const META_ARGUMENTS = { references: new Set(["depends_on", "provider", "providers"]), literals: NO_NAMES };

const LIFECYCLE = block(
  0,
  bodyWith(
    { precondition: block(0, ARGUMENTS), postcondition: block(0, ARGUMENTS), action_trigger: block(0, ARGUMENTS) },
    { references: new Set(["ignore_changes", "replace_triggered_by"]) },
  ),
);

function managed(kind: "resource" | "data"): BlockShape {
  return block(2, ([type = ""]) =>
    bodyWith(
      {
        ...PROVIDER_BLOCKS.get(`${kind}.${type}`),
        lifecycle: LIFECYCLE,
        connection: block(0, ARGUMENTS),
        provisioner: block(1, ARGUMENTS),
      },
      { ...META_ARGUMENTS, dynamic: true },
    ),
  );
}

const FILE = bodyWith({
  resource: managed("resource"),
  data: managed("data"),
  ephemeral: managed("data"),
  module: block(1, bodyWith({}, META_ARGUMENTS)),
  locals: block(0, ARGUMENTS),
  variable: block(1, bodyWith({ validation: block(0, ARGUMENTS) }, { literals: "all" })),
  output: block(
    1,
    bodyWith({ precondition: block(0, ARGUMENTS) }, { references: META_ARGUMENTS.references, literals: new Set(["description"]) }),
  ),
  provider: block(1, ARGUMENTS),
  terraform: block(0, bodyWith({}, { literals: "all" })),
  moved: block(0, bodyWith({}, { references: new Set(["from", "to"]) })),
  removed: block(0, bodyWith({ lifecycle: LIFECYCLE, provisioner: block(1, ARGUMENTS), connection: block(0, ARGUMENTS) }, { references: new Set(["from"]) })),
  import: block(0, bodyWith({}, { references: new Set(["to", "provider"]) })),
  check: block(1, bodyWith({ data: managed("data"), assert: block(0, ARGUMENTS) })),
});
