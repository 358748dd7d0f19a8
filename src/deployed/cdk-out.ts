import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { BadInput, badPlace } from "../findings/bad-input.js";
import { fileMemo, type FileContent } from "../findings/file-memo.js";
import { jsonValues, shown, type Exported } from "../findings/json-values.js";
import type { PrincipalKind } from "../model/principal.js";

/** A line of a source that took part in a creation. Both numbers start at 1; `file` is as the synthesis wrote it. */
export interface CreationFrame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A resource of a synthesised stack that is, or may be, a principal. */
export interface SynthesisedPrincipal {
  /** Null when the stack's template does not tell: it may be in a nested stack. */
  readonly kind: PrincipalKind | null;
  /** The ids from below the stack to the resource; null when the synthesis does not tell them. */
  readonly ids: readonly string[] | null;
  /** The whole path, or the logical id where that is not known; for messages. */
  readonly address: string;
  readonly logicalId: string;
  /** The stack's name in CloudFormation. */
  readonly stack: string;
  /** `generated`: none is written. `unknown`: it is made at deployment, or in another template. */
  readonly name: { readonly kind: "written"; readonly name: string } | { readonly kind: "generated" } | { readonly kind: "unknown" };
  /** From the inside out, of the user's own files; empty when none is recorded. */
  readonly frames: readonly CreationFrame[];
}

/** What one synthesis of an app made. */
export interface CdkOut {
  /** The time of its manifest; milliseconds since 1970. */
  readonly modified: number;
  readonly principals: readonly SynthesisedPrincipal[];
}

const CDK_OUT: Exported = { what: "the app", how: "with `cdk synth`" };

const SYNTHESISE = "synthesise the app again with `cdk synth`, or name another folder";

// The message of each check completes "expected …".
const text = z.string("a text");

const entries = z.record(text, z.array(z.looseObject({ type: text, data: z.optional(z.unknown()) }, "an entry of metadata"), "a list"), "metadata by path");

/** https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/cloud-assembly-schema */
const manifest = z.object(
  {
    artifacts: z.optional(
      z.record(
        text,
        z.object(
          {
            type: text,
            properties: z.optional(z.looseObject({ templateFile: z.optional(text), stackName: z.optional(text), directoryName: z.optional(text) }, "an object")),
            displayName: z.optional(text),
            additionalMetadataFile: z.optional(text),
            metadata: z.optional(entries),
          },
          "an artifact",
        ),
        "the artifacts by their ids",
      ),
    ),
  },
  "a manifest",
);

const template = z.object(
  { Resources: z.optional(z.record(text, z.looseObject({ Type: text, Properties: z.optional(z.nullable(z.record(text, z.unknown(), "an object"))) }, "a resource"), "the resources by their ids")) },
  "a template",
);

type Manifest = z.infer<typeof manifest>;
type Artifact = NonNullable<Manifest["artifacts"]>[string];
type Metadata = z.infer<typeof entries>;
type Template = z.infer<typeof template>;

const READERS = {
  manifest: fileMemo(CDK_OUT, (path, json) => checked(path, json, manifest)),
  metadata: fileMemo(CDK_OUT, (path, json) => checked(path, json, entries)),
  template: fileMemo(CDK_OUT, (path, json) => checked(path, json, template)),
};

function checked<Value>(path: string, json: string, schema: z.ZodMiniType<Value>): Value {
  const [only, ...others] = jsonValues(path, json, CDK_OUT);
  if (only === undefined || others.length > 0) throw badPlace([path], "this is not one JSON value but several", SYNTHESISE);
  const result = schema.safeParse(only.value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const within = issue === undefined || issue.path.length === 0 ? [] : [issue.path.map(String).join(".")];
  throw badPlace([path, ...within], `expected ${issue?.message ?? "something else"}${within.length === 0 ? `, not ${shown(only.value)}` : ""}`, SYNTHESISE);
}

/** One stack of an assembly, with the contents of its files. */
interface StackFiles {
  readonly id: string;
  readonly artifact: Artifact;
  readonly template: FileContent<Template>;
  /** Null when it is in the manifest, or there is none. */
  readonly metadata: FileContent<Metadata> | null;
}

interface Assembly {
  readonly digests: readonly string[];
  readonly stacks: readonly StackFiles[];
}

const made = new WeakMap<FileContent<Manifest>, { readonly digest: string; readonly modified: number; readonly content: FileContent<CdkOut> }>();

/** What is in a `cdk.out` folder (absolute), with the assemblies of its stages. The same while its files are. Throws `BadInput`. */
export function loadCdkOut(folder: string): FileContent<CdkOut> {
  const path = join(folder, "manifest.json");
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new BadInput(`${folder}: there is no manifest.json in it: name the folder that \`cdk synth\` wrote, usually cdk.out.`);
  }
  const assembly = assemblyIn(folder, 0);
  const digest = createHash("sha256").update(assembly.digests.join()).digest("hex");
  const own = READERS.manifest(path);
  const known = made.get(own);
  if (known?.digest === digest && known.modified === stats.mtimeMs) return known.content;
  const content = { digest, value: { modified: stats.mtimeMs, principals: assembly.stacks.flatMap(principalsOf) } };
  made.set(own, { digest, modified: stats.mtimeMs, content });
  return content;
}

/** Of the contents of all these folders; SHA-256 in hex. Throws `BadInput`. */
export function cdkOutFingerprint(folders: readonly string[]): string {
  const hash = createHash("sha256");
  for (const folder of folders) hash.update(loadCdkOut(folder).digest);
  return hash.digest("hex");
}

/** Stages in stages in stages are nobody's app. */
const DEEPEST = 16;

function assemblyIn(folder: string, depth: number): Assembly {
  const path = join(folder, "manifest.json");
  if (depth > DEEPEST) throw badPlace([path], "its assemblies are nested too deeply", SYNTHESISE);
  const content = READERS.manifest(path);
  const digests = [content.digest];
  const stacks: StackFiles[] = [];
  for (const [id, artifact] of Object.entries(content.value.artifacts ?? {})) {
    const { type, properties: { templateFile, directoryName } = {}, additionalMetadataFile } = artifact;
    if (type === "cdk:cloud-assembly") {
      if (directoryName === undefined) throw badPlace([path, `artifacts.${id}.properties`], "expected a directoryName", SYNTHESISE);
      const nested = assemblyIn(join(folder, directoryName), depth + 1);
      digests.push(...nested.digests);
      stacks.push(...nested.stacks);
    } else if (type === "aws:cloudformation:stack") {
      if (templateFile === undefined) throw badPlace([path, `artifacts.${id}.properties`], "expected a templateFile", SYNTHESISE);
      const own = READERS.template(join(folder, templateFile));
      const metadata = additionalMetadataFile === undefined ? null : READERS.metadata(join(folder, additionalMetadataFile));
      digests.push(own.digest, ...(metadata === null ? [] : [metadata.digest]));
      stacks.push({ id, artifact, template: own, metadata });
    }
  }
  return { digests, stacks };
}

const KINDS: ReadonlyMap<string, { readonly kind: PrincipalKind; readonly property: string }> = new Map([
  ["AWS::IAM::Role", { kind: "role", property: "RoleName" }],
  ["AWS::IAM::User", { kind: "user", property: "UserName" }],
  ["AWS::IAM::Group", { kind: "group", property: "GroupName" }],
]);

/** With every resource that no template of a stack shows to be something else. */
function principalsOf({ id, artifact, template: { value }, metadata }: StackFiles): readonly SynthesisedPrincipal[] {
  const resources = new Map(Object.entries(value.Resources ?? {}));
  const stack = artifact.properties?.stackName ?? id;
  const prefix = `/${artifact.displayName ?? id}/`;
  const seen = new Set<string>();
  const recorded = Object.entries({ ...artifact.metadata, ...metadata?.value }).flatMap(([path, all]): readonly SynthesisedPrincipal[] => {
    const logicalId = all.find(({ type }) => type === "aws:cdk:logicalId")?.data;
    if (typeof logicalId !== "string") return [];
    const resource = resources.get(logicalId);
    const principal = resource === undefined ? undefined : KINDS.get(resource.Type);
    if (resource !== undefined && principal === undefined) return [];
    if (resource !== undefined) seen.add(logicalId);
    return [
      {
        kind: principal?.kind ?? null,
        ids: path.startsWith(prefix) ? path.slice(prefix.length).split("/") : null,
        address: path.slice(1).replace(/\/Resource$/u, ""),
        logicalId,
        stack,
        name: principal === undefined ? { kind: "unknown" } : nameOf(resource?.Properties?.[principal.property]),
        frames: framesOf(all),
      },
    ];
  });
  const unrecorded = [...resources].flatMap(([logicalId, { Type, Properties }]): readonly SynthesisedPrincipal[] => {
    const principal = KINDS.get(Type);
    if (principal === undefined || seen.has(logicalId)) return [];
    return [{ kind: principal.kind, ids: null, address: `${stack}/${logicalId}`, logicalId, stack, name: nameOf(Properties?.[principal.property]), frames: [] }];
  });
  return [...recorded, ...unrecorded];
}

function nameOf(value: unknown): SynthesisedPrincipal["name"] {
  if (value === undefined || value === null) return { kind: "generated" };
  return typeof value === "string" ? { kind: "written", name: value } : { kind: "unknown" };
}

/** `new Worker (/app/lib/worker.ts:9:20)`, `/app/bin/app.ts:3:1`; without the file scheme of modules. */
const FRAME = /(?:^|[\s(])(?:file:\/\/)?([^\s()][^()]*):(\d+):(\d+)\)?$/u;

function framesOf(metadata: Metadata[string]): readonly CreationFrame[] {
  const stack = metadata.find(({ type }) => type === "aws:cdk:creationStack")?.data;
  return (Array.isArray(stack) ? stack : []).flatMap((line: unknown): readonly CreationFrame[] => {
    const [, file, lineNumber, column] = (typeof line === "string" ? FRAME.exec(line) : null) ?? [];
    return file === undefined ? [] : [{ file, line: Number(lineNumber), column: Number(column) }];
  });
}
