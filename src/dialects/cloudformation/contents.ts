import type { PrincipalReference } from "../../model/principal.js";
import type { YamlFile } from "../../syntax/yaml-nodes.js";
import { declaredPrincipals } from "./principals.js";
import type { Deployment } from "./scope.js";
import { servicePrincipals } from "./serverless/policies.js";
import { serviceOf, type Service, type ServiceFile } from "./serverless/service.js";
import { templateOf, type Template } from "./template.js";

/** What the documents of a file are. */
export interface Contents {
  /** Those in services included. */
  readonly templates: readonly Template[];
  readonly services: readonly Service[];
  readonly principals: readonly PrincipalReference[];
}

interface Given extends ServiceFile {
  readonly deployments: readonly Deployment[];
  /** Clauses for what may use the policies of its templates from outside. */
  readonly hidden: readonly string[];
}

export function contentsOf({ documents }: YamlFile, given: Given): Contents {
  const services = documents.flatMap(({ root }) => serviceOf(root, given) ?? []);
  const { path, text, deployments, hidden } = given;
  const alone = services.length > 0 ? [] : documents.flatMap(({ root }) => templateOf(root, { path, text, deployments, hidden }) ?? []);
  const templates = [...alone, ...services.flatMap(({ template }) => template ?? [])];
  return { templates, services, principals: [...templates.flatMap(declaredPrincipals), ...services.flatMap(servicePrincipals)] };
}
