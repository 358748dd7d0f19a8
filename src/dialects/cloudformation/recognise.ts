import { IAM } from "./resources.js";

const RESOURCE_TYPE = /["']?Type["']?\s*:\s*["']?AWS::\w+::\w/u;
const RESOURCES_ANYWHERE = /["']?Resources["']?\s*:/u;

/** A quick look at the text: does it seem to be a template or a service that holds IAM? */
export function holdsIam(text: string): boolean {
  return looksLikeTemplate(text) || looksLikeService(text);
}

/** A quick look at the text: does it seem to be a template that holds IAM? Charts, manifests and workflows do not. */
export function looksLikeTemplate(text: string): boolean {
  if (!IAM.test(text) || !RESOURCE_TYPE.test(text)) return false;
  const first = firstLine(text);
  if (first === null) return false;
  const indent = first[1] ?? "";
  if (text.startsWith("{", first.index + indent.length)) return RESOURCES_ANYWHERE.test(text);
  return new RegExp(`^${indent}["']?Resources["']?[ \\t]*:`, "mu").test(text);
}

/** The first line that is neither comment nor directive. Comments of JavaScript are no YAML, but the file is to be refused, not passed over. */
function firstLine(text: string): RegExpExecArray | null {
  return /^(?![ \t]*(?:#|---|%|\{\{|\{%|\/[/*]|\r?$))([ \t]*)\S/mu.exec(text);
}

const SERVICE_IAM = /\biamRoleStatements|\biam["']?\s*:|AWS::IAM::/u;

/** A service of the Serverless Framework with statements, or with a template. */
function looksLikeService(text: string): boolean {
  if (!SERVICE_IAM.test(text)) return false;
  return ["service", "provider"].every((key) => new RegExp(`^[ \\t{]*["']?${key}["']?[ \\t]*:`, "mu").test(text));
}
