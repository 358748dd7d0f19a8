import { dirname } from "node:path";
import type { Rule, SourceCode } from "eslint";
import { loadDeployments } from "../deployed/deployments.js";
import { withMappedPrincipals } from "../deployed/mapped.js";
import { withDeployedNames } from "../deployed/named.js";
import { evidenceFor, settledFor, type Evidence } from "../evidence.js";
import { exceptionsInForce } from "../exceptions/exceptions.js";
import { loadInventory, type Inventory } from "../inventory/inventory.js";
import { withInventory } from "../inventory/known.js";
import { loadCatalogue } from "../load-catalogue.js";
import { NO_POLICIES, type LocatedPolicies, type PolicyDocument } from "../model/policy.js";
import type { PrincipalReference } from "../model/principal.js";
import { policiesIn, rivalsOf, withSharedText, type FoundPolicies } from "../project.js";
import { judge, type Judgement } from "../verdict.js";
import { accountsOf, type DeployedFiles } from "./accounts.js";
import { parserOf } from "./other-files.js";
import { evidenceOf } from "./evidence-of.js";
import { addressesOf, principalsOf, recordsOf, SETTINGS_KEY, settingsOf } from "./settings.js";
import { synthesised } from "./synthesised/synthesised.js";
import { knownStates } from "./traced/moved.js";
import { traced } from "./traced/traced.js";

export type { UnusedCount } from "../model/usage.js";
export type { EditTarget, Judgement, NamedVerdict, Verdict } from "../verdict.js";

/** What the evidence says of one file's policies. */
export interface JudgedFile {
  readonly located: LocatedPolicies;
  readonly judgements: readonly Judgement[];
  readonly used: UsedSettings;
}

/** What of the settings matched something in a file. */
export interface UsedSettings {
  /** Keys of the `principals` map. */
  readonly principals: ReadonlySet<string>;
  readonly deployments: ReadonlySet<DeployedFiles>;
}

const NONE_USED: UsedSettings = { principals: new Set(), deployments: new Set() };
const NOTHING: JudgedFile = { located: NO_POLICIES, judgements: [], used: NONE_USED };

const NOT_FOUND: FoundPolicies = { dialect: "cdk", located: NO_POLICIES };

const memo = new WeakMap<SourceCode, JudgedFile>();

/**
 * The policies of the file that a rule looks at, judged. Computed once per SourceCode, by the first rule that asks; works
 * under any language that hands over the file's text, ours or another plugin's.
 */
export function judgedFile(context: Rule.RuleContext): JudgedFile {
  const { sourceCode } = context;
  const known = memo.get(sourceCode);
  if (known !== undefined) return known;
  const judged = judgeFile(context);
  memo.set(sourceCode, judged);
  return judged;
}

function judgeFile({ sourceCode, physicalFilename: path, settings, languageOptions }: Rule.RuleContext): JudgedFile {
  const own = SETTINGS_KEY in settings ? settingsOf(settings) : null;
  const parse = parserOf(languageOptions);
  const principals = new Set<string>();
  const deployments = new Set<DeployedFiles>();
  const used = { principals, deployments };
  const source = {
    path,
    text: sourceCode.text,
    tree: sourceCode,
    principals: own === null ? [] : principalsOf(own, path, (key) => principals.add(key)),
    ...(parse === undefined ? {} : { parse }),
  };
  // A trace may know of grants in a file that speaks of nothing like IAM.
  const isTraced = (own?.traces ?? []).length > 0;
  const found = policiesIn(source, own?.root ?? dirname(path)) ?? (isTraced ? NOT_FOUND : null);
  if (found === null) return NOTHING;
  if (found.located.documents.length === 0 && !isTraced) return { located: found.located, judgements: [], used };
  const checked = settingsOf(settings);
  const { root, cwd } = checked;
  const evidence = evidenceOf(checked);
  const inventory = loadInventory(checked.inventory ?? NO_FILES);
  const { deployedFrom = [], boundIn } = found.located;
  const places = deployedFrom.length > 0 ? deployedFrom : [boundIn ?? (found.dialect === "terraform" ? dirname(path) : path)];
  // Which files create the stacks of a CDK file is known of the principals only that it declares.
  const accounts = accountsOf(checked, { places, isAll: found.dialect !== "cdk" }, (reference) => accountsWith(reference, evidence, inventory), (entry) => deployments.add(entry));
  const mapped = withMappedPrincipals(found.located, addressesOf(checked), { path, cwd, root, dialect: found.dialect }, (key) => principals.add(key));
  const shared = withSharedText(mapped, path, found.dialect, root);
  const deployed = withDeployedNames(shared, loadDeployments(recordsOf(checked)), evidence, { inventory, accountsOf: accounts });
  const isCdk = found.dialect === "cdk";
  const states = knownStates(path, source.text);
  const made = synthesised(isCdk ? (checked.cdkOut ?? NO_FILES) : [], { path, movedFrom: states.movedFrom }, deployed, { evidence, inventory, accountsOf: accounts });
  const { located: told, isTold, judged } = traced(isCdk ? (checked.traces ?? NO_FILES) : [], source, made.located, evidence, root, states);
  const { exact, isExact } = toldExactly(told, isTold);
  const located = withInventory(exact, inventory, evidence, accounts);
  const judgements = judge(source.text, located, {
    evidence,
    catalogue: loadCatalogue(checked.catalogue),
    maxAge: checked.maxAge,
    protectedActions: checked.protectedActions ?? [],
    rivals: (reference) => (isExact(reference) || made.isTold(reference) ? [] : rivalsOf(source, found.dialect, reference, root, found.located.boundIn)),
    accountsOf: accounts,
    exceptions: exceptionsInForce(checked.exceptions ?? null),
    protectedPrincipals: checked.protectedPrincipals ?? [],
    exactOnly: checked.fixOnly === "exact",
  });
  judged(judgements);
  return { located, judgements, used };
}

/** The accounts where somebody is known whom a reference may mean. */
function accountsWith(reference: PrincipalReference, evidence: Evidence, inventory: Inventory | null): readonly string[] {
  const known = [...evidenceFor(evidence, reference), ...settledFor(evidence, reference), ...(inventory?.principalsFor(reference) ?? [])];
  return known.map(({ account }) => account);
}

/** What a trace tells is exact, whatever becomes of the references afterwards. */
function toldExactly(located: LocatedPolicies, isTold: (reference: PrincipalReference) => boolean): { readonly exact: LocatedPolicies; readonly isExact: typeof isTold } {
  const keyOf = ({ kind, address, name, declared }: PrincipalReference): string => JSON.stringify([kind, address, name, declared]);
  const keys = new Set(located.documents.flatMap(({ attachment }) => attachment.principals.filter(isTold).map(keyOf)));
  if (keys.size === 0) return { exact: located, isExact: () => false };
  const documents = located.documents.map((document): PolicyDocument => {
    const principals = document.attachment.principals.map((reference): PrincipalReference => (isTold(reference) ? { ...reference, confidence: "exact" } : reference));
    return { ...document, attachment: { ...document.attachment, principals } };
  });
  return { exact: { ...located, documents }, isExact: (reference) => keys.has(keyOf(reference)) };
}

const NO_FILES: readonly string[] = [];
