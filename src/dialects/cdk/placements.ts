import type { ListElement } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, shownText, unwrap } from "../../syntax/estree.js";
import type { Node } from "../../syntax/estree-nodes.js";
import { propertiesOf, resolve } from "../../syntax/estree-values.js";
import type { Target } from "./destinations.js";
import {
  defaultPolicy, documentTarget, FOREIGN, documentCreation, policyClass, policyTarget, receiverTarget, unknownTarget,
} from "./destinations.js";
import { isConditional } from "./conditions.js";
import { cdkName } from "./names.js";
import { passedTarget } from "./passed-statements.js";
import { granteeOf, slotGrantee } from "./principals.js";
import { callElement, elementOf, leavesUnused } from "./removal.js";
import type { Site } from "./sites.js";

/** One place where a statement is added to a policy. */
export interface Placement {
  readonly target: Target;
  /** How to take the statement out of this place. */
  readonly element: ListElement | null;
  /** The statement may be missing although its document exists. */
  readonly conditional: boolean;
  /** Taken out, it would leave a declaration behind that nothing mentions. */
  readonly leaves: boolean;
}

const NOWHERE = { element: null, conditional: false, leaves: false };

/** Methods that add a statement to the policy of a resource, never of a principal. */
const RESOURCE_METHODS = /^(?:addTo(?:Resource|Access|StreamResource|LogSourceResource)Policy|addAccessPolicies)$/u;

export function placementOf(file: EstreeFile, site: Site): Placement {
  switch (site.kind) {
    case "argument": {
      const isOnly = site.direct && site.call.arguments.length === 1;
      return {
        target: argumentTarget(file, site),
        element: isOnly ? callElement(file, site.call) : null,
        conditional: isAddedLater(file, site),
        leaves: leavesUnused(file, site.call),
      };
    }
    case "property":
      return {
        target: propertyTarget(file, site),
        element: site.list === null ? null : elementOf(file, site.list.array, site.list.item),
        conditional: false,
        leaves: site.list !== null && leavesUnused(file, site.list.item),
      };
    case "member":
      return { target: unknownTarget(`its "${site.name}" is used`), ...NOWHERE };
    case "lost":
      return { target: unknownTarget(site.why), ...NOWHERE };
  }
}

function isAddedLater(file: EstreeFile, { receiver, call }: Extract<Site, { kind: "argument" }>): boolean {
  const creation = resolve(file, receiver);
  const owner = creation.type === "MemberExpression" ? resolve(file, creation.object) : creation;
  return isConditional(file, owner, call);
}

export const ROLE_POLICY_METHODS = /^addTo(?:Role|TaskRole|ExecutionRole|DeploymentRole)Policy$/u;

/** VPC endpoints and log destinations have a method `addToPolicy` too: for their resource policies. */
const RESOURCES = /^(?:aws-ec2\.\w*VpcEndpoint|aws-logs\.CrossAccountDestination)$/u;

function argumentTarget(file: EstreeFile, { receiver, method }: Extract<Site, { kind: "argument" }>): Target {
  if (ROLE_POLICY_METHODS.test(method)) return defaultPolicy(slotGrantee(file, receiver, method));
  if (RESOURCE_METHODS.test(method)) return FOREIGN;
  switch (method) {
    case "addToExecutionPolicy":
      return defaultPolicy(slotGrantee(file, taskOf(file, receiver), "addToExecutionRolePolicy"));
    case "addToPrincipalPolicy":
      return defaultPolicy(granteeOf(file, receiver));
    case "addToPolicy": {
      const grantee = granteeOf(file, receiver);
      if (grantee.key !== null) return defaultPolicy(grantee);
      const node = resolve(file, receiver);
      if (node.type === "NewExpression" && RESOURCES.test(cdkName(file, node.callee) ?? "")) return FOREIGN;
      return unknownTarget(`it is added to "${shownText(file, receiver)}", which this file does not create`);
    }
    case "addStatements":
      return receiverTarget(file, receiver);
    default:
      return unknownTarget(`it is handed to "${method}"`);
  }
}

/** The task definition of a container: `task.addContainer(…)`, `new ContainerDefinition(this, id, { taskDefinition: task })`. */
function taskOf(file: EstreeFile, container: Node): Node {
  const node = resolve(file, container);
  if (node.type === "NewExpression") return propertiesOf(file, node.arguments[2]).values.get("taskDefinition")?.node ?? container;
  const callee = node.type === "CallExpression" ? unwrap(node.callee) : node;
  return callee.type === "MemberExpression" && memberName(callee) === "addContainer" ? callee.object : container;
}

function propertyTarget(file: EstreeFile, site: Extract<Site, { kind: "property" }>): Target {
  const { construct, path } = site;
  if (construct.type === "NewExpression" && path.join(".") === "statements") {
    const document = documentCreation(file, construct);
    if (document !== null) return documentTarget(file, document);
    const type = policyClass(file, construct);
    if (type !== null) return policyTarget(file, construct, type);
  }
  if (isForeignProperty(file, site)) return FOREIGN;
  return passedTarget(file, site) ?? unknownTarget(`it is handed to "${shownText(file, construct.callee)}"`);
}

/** Resource policies and boundaries that are created with their statements. */
function isForeignProperty(file: EstreeFile, { construct, path }: Extract<Site, { kind: "property" }>): boolean {
  const name = `${cdkName(file, construct.callee) ?? ""}.${path.join(".")}`;
  return /^aws-(?:logs\.ResourcePolicy\.policyStatements|codebuild\.UntrustedCodeBoundaryPolicy\.additionalStatements|\w+\.Domain\.accessPolicies)$/u.test(name);
}
