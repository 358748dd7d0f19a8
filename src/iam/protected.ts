import { intersects, matches } from "./pattern.js";

const UNOBSERVABLE = "AWS cannot observe its use: it is checked when a resource is passed to a service, and leaves no event";

/** An action that stays granted although it is reported unused. */
export interface ProtectedAction {
  /** With its service: `iam:PassRole`. */
  readonly action: string;
  /** A clause that completes "kept, because …". */
  readonly reason: string;
}

/** The permission-only `Pass…` actions of AWS's catalogue. */
export const PROTECTED_ACTIONS: readonly ProtectedAction[] = [
  "bedrock-agentcore:PassCapacityProvider",
  "cleanrooms:PassCollaboration",
  "cleanrooms:PassMembership",
  "codeconnections:PassConnection",
  "codeconnections:PassRepository",
  "codestar-connections:PassConnection",
  "codestar-connections:PassRepository",
  "glue:PassConnection",
  "iam:PassRole",
  "lambda:PassCapacityProvider",
  "lambda:PassNetworkConnector",
  "q:PassRequest",
  "quicksight:PassDataSet",
  "quicksight:PassDataSource",
  "quicksight:PassTopic",
  "sqlworkbench:PassAccountSettings",
].map((action) => ({ action, reason: UNOBSERVABLE }));

/** An action, or a pattern of actions of a service, of several, or of any. */
export const PROTECTABLE = /^(?:[\w*?.-]+:)?[\w*?-]+$/u;

/** Could an action match it? */
export function isProtectable(text: string): boolean {
  return PROTECTABLE.test(text);
}

/** Which actions stay whatever is reported of them. */
export interface Protection {
  covers(service: string, name: string): boolean;
  /** Is there a name that `pattern` matches and that is protected, whether or not AWS has such an action today? */
  reachesInto(service: string, pattern: string): boolean;
}

/**
 * The default protected actions and those of `additional`: actions or patterns, in which the service may have wildcards too
 * (`*:Pass*`). A text without a colon is a name of any service.
 */
export function protection(additional: readonly string[]): Protection {
  return protectionBy([...PROTECTED_ACTIONS.map(({ action }) => action), ...additional]);
}

/** Only what these say. */
export function protectionBy(actions: readonly string[]): Protection {
  const patterns = actions.map((text) => {
    const colon = text.indexOf(":");
    return { service: colon === -1 ? "*" : text.slice(0, colon), name: text.slice(colon + 1) };
  });
  const ofService = new Map<string, readonly string[]>();
  function names(service: string): readonly string[] {
    const key = service.toLowerCase();
    let found = ofService.get(key);
    if (found === undefined) {
      found = patterns.filter((pattern) => matches(pattern.service, key)).map((pattern) => pattern.name);
      ofService.set(key, found);
    }
    return found;
  }
  return {
    covers: (service, name) => names(service).some((pattern) => matches(pattern, name)),
    reachesInto: (service, pattern) => names(service).some((other) => intersects(other, pattern)),
  };
}
