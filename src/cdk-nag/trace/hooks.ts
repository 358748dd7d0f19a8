import Module from "node:module";
import { member, wrap, isObject, type Call } from "./wrap.js";
import { onAddActions, onAddChild, onAddStatements, onCopy, onOverride, onResolve, onSplitDocument } from "./record.js";

type Around = (call: Call) => unknown;

/** What is wrapped: by file of a package, the class and its methods. */
const WRAPPED: readonly { readonly file: string; readonly type: string; readonly methods: Readonly<Record<string, Around>> }[] = [
  { file: "aws-iam/lib/policy-statement.js", type: "PolicyStatement", methods: { addActions: onAddActions, copy: onCopy } },
  {
    file: "aws-iam/lib/policy-document.js",
    type: "PolicyDocument",
    methods: { addStatements: onAddStatements, _splitDocument: onSplitDocument, resolve: onResolve },
  },
  { file: "core/lib/cfn-resource.js", type: "CfnResource", methods: { addOverride: onOverride } },
  { file: "constructs/lib/construct.js", type: "Node", methods: { addChild: onAddChild } },
];

const STAGE = "core/lib/stage.js";

/** Only a request that ends like this can load one of the files. */
const REQUEST = /(?:policy-statement|policy-document|cfn-resource|stage|construct)(?:\.js)?$/u;

const wrapped = new WeakSet<object>();
const synthesising: Around[] = [];
let copies = 0;
let isInstalled = false;

/** How many copies of aws-cdk-lib are wrapped. */
export function wrappedCopies(): number {
  return copies;
}

/** From now on, `around` goes around the synthesis of every stage and app. */
export function onSynth(around: Around): void {
  synthesising.push(around);
}

function synth(call: Call, from = 0): unknown {
  const around = synthesising[from];
  return around === undefined ? call.proceed() : around({ ...call, proceed: () => synth(call, from + 1) });
}

/**
 * Wraps aws-cdk-lib, every copy that the process has loaded or loads later. It is CommonJS whoever imports it, and loads its own
 * files when they are needed; so none is loaded that the app does not load itself. A second call changes nothing.
 */
export function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  const cache = member(Module, "_cache");
  if (isObject(cache)) {
    for (const [path, loaded] of Object.entries(cache)) if (REQUEST.test(path)) see(path, member(loaded, "exports"));
  }
  wrap(Module, "_load", ({ args, proceed }) => {
    const exported = proceed();
    const [request, parent] = args;
    if (typeof request === "string" && REQUEST.test(request)) {
      const path = fileOf(request, parent);
      if (path !== null) see(path, exported);
    }
    return exported;
  });
}

function see(path: string, exported: unknown): void {
  const file = path.replaceAll("\\", "/");
  const known = WRAPPED.find((each) => file.endsWith(`/${each.file}`));
  if (known !== undefined) wrapOnce(exported, known.type, known.methods);
  else if (file.endsWith(`/aws-cdk-lib/${STAGE}`) && wrapOnce(exported, "Stage", { synth: (call) => synth(call) })) copies += 1;
}

function wrapOnce(exported: unknown, type: string, methods: Readonly<Record<string, Around>>): boolean {
  const prototype = member(member(exported, type), "prototype");
  if (!isObject(prototype) || wrapped.has(prototype)) return false;
  wrapped.add(prototype);
  for (const [name, around] of Object.entries(methods)) wrap(prototype, name, around);
  return true;
}

/** The file that a request loads; it has just been loaded, so that it is known. */
function fileOf(request: string, parent: unknown): string | null {
  const resolve = member(Module, "_resolveFilename");
  if (typeof resolve !== "function") return null;
  try {
    const path: unknown = Reflect.apply(resolve, Module, [request, parent, false]);
    return typeof path === "string" ? path : null;
  } catch {
    return null;
  }
}
