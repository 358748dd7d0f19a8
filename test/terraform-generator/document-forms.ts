import { keyText, localValue, newDocument, someRepeat, type Builder, type Source } from "./builder.js";
import { heredoc, jsonencoded, policyFile, quoted, statementBlocks } from "./documents.js";
import { ONCE, type Expr, type Repeat } from "./world.js";

/** One way to write a policy document. */
interface DocumentForm {
  readonly form: string;
  readonly make: (builder: Builder) => Source;
}

export const DOCUMENT_FORMS: readonly DocumentForm[] = [
  { form: "data", make: (builder) => dataDocument(builder, ONCE, []) },
  { form: "data ", make: (builder) => dataDocument(builder, ONCE, []) },
  { form: "data with count", make: (builder) => dataDocument(builder, someRepeat(builder, 1, false), []) },
  {
    form: "data with sources",
    make(builder) {
      const { random } = builder.project;
      const sources = random.some(builder.sources.filter(({ inPlace }) => !inPlace), 0, 2);
      return dataDocument(builder, ONCE, sources.length === 0 ? [dataDocument(builder, ONCE, [])] : sources);
    },
  },
  { form: "jsonencode in place", make: (builder) => written(builder, jsonencoded, true) },
  { form: "heredoc in place", make: (builder) => written(builder, heredoc, true) },
  { form: "quoted JSON in place", make: (builder) => written(builder, quoted, true) },
  { form: "jsonencode in a local", make: (builder) => written(builder, jsonencoded, false) },
  { form: "heredoc in a local", make: (builder) => written(builder, heredoc, false) },
  {
    form: "a file",
    make(builder) {
      const document = newDocument(builder, false);
      const path = `policies/d${String(document.id)}.json`;
      builder.files.set(path, policyFile(document));
      return { documents: [document], inPlace: false, json: { text: `file("\${path.module}/${path}")`, value: () => `doc<${String(document.id)}>` } };
    },
  },
];

function written(builder: Builder, spell: typeof heredoc, inPlace: boolean): Source {
  const document = newDocument(builder, false);
  const json: Expr = { text: spell(document, "  "), value: () => `doc<${String(document.id)}>` };
  return { documents: [document], inPlace, json: inPlace ? json : localValue(builder, json) };
}

function dataDocument(builder: Builder, repeat: Repeat, sources: readonly Source[]): Source {
  const document = newDocument(builder, sources.length > 0);
  const name = `d${String(document.id)}`;
  const lines = [repeat.line, sources.length === 0 ? "" : `source_policy_documents = [${sources.map(({ json }) => json.text).join(", ")}]`];
  builder.blocks.push(`data "aws_iam_policy_document" "${name}" {\n${lines.filter((line) => line !== "").map((line) => `  ${line}\n`).join("")}${statementBlocks(document)}}\n`);
  const key = keyText(repeat, repeat.elements[0]?.key ?? "");
  return {
    documents: [document, ...sources.flatMap((source) => source.documents)],
    inPlace: false,
    json: {
      text: `data.aws_iam_policy_document.${name}${key}.json`,
      value: (env) => [`doc<${String(document.id)}>`, ...sources.map(({ json }) => json.value(env))],
    },
  };
}
