import * as z from "zod/mini";
import { badPlace, type Place } from "../findings/bad-input.js";
import { isObject, jsonValues, shown, type Exported } from "../findings/json-values.js";

export const INVENTORY: Exported = { what: "the inventory", how: "with --output json" };

const REMEDY = "export it with `aws iam get-account-authorization-details --output json`";

/** What one account's authorization details say of who there is and what is attached to whom. */
export interface AccountDetails {
  readonly users: readonly PrincipalDetail[];
  readonly roles: readonly PrincipalDetail[];
  readonly groups: readonly PrincipalDetail[];
  readonly policies: readonly PolicyDetail[];
}

export interface PrincipalDetail {
  readonly arn: string;
  /** The names of the groups that a user is in. */
  readonly groups: readonly string[];
  /** The ARNs of the managed policies that are attached. */
  readonly attached: readonly string[];
}

export interface PolicyDetail {
  readonly arn: string;
  /** How many users, groups and roles AWS counts that it is attached to; null when the export does not say. */
  readonly attachments: number | null;
}

// The message of each check completes "expected …". Documents, tags and dates are not looked at.
const arn = z.string("an ARN").check(z.regex(/^arn:aws(?:-[a-z0-9]+)*:iam::(?:\d{12}|aws):(?:user|group|role|policy)\/\S+$/u, "an ARN of IAM"));
const attached = z.nullish(z.array(z.object({ PolicyArn: arn }, "an attached policy"), "a list"));
const principal = z.object({ Arn: arn, AttachedManagedPolicies: attached }, "an object");
const user = z.object({ Arn: arn, AttachedManagedPolicies: attached, GroupList: z.nullish(z.array(z.string("the name of a group"), "a list")) }, "an object");
const policy = z.object({ Arn: arn, AttachmentCount: z.nullish(z.number("a number")) }, "an object");

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html */
const answer = z.object(
  {
    UserDetailList: z.nullish(z.array(user, "a list")),
    RoleDetailList: z.nullish(z.array(principal, "a list")),
    GroupDetailList: z.nullish(z.array(principal, "a list")),
    Policies: z.nullish(z.array(policy, "a list")),
    IsTruncated: z.nullish(z.boolean("true or false")),
    Marker: z.nullish(z.string("a text")),
    NextToken: z.nullish(z.string("a text")),
  },
  "an object",
);

type Answer = z.infer<typeof answer>;

const LISTS = ["UserDetailList", "RoleDetailList", "GroupDetailList", "Policies"] as const;

/**
 * Reads the answers of `get-account-authorization-details`: one or several in a file, of one account or of several, pages among
 * them. Throws `BadInput`.
 */
export function readAuthorizationDetails(path: string, text: string): AccountDetails {
  const values = jsonValues(path, text, INVENTORY).flatMap(({ value, line }): readonly { value: unknown; place: Place }[] => {
    const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
    return elements.map((element) => ({ value: element, place: line === 1 && elements.length === 1 ? [path] : [path, `line ${String(line)}`] }));
  });
  const answers = values.map(({ value, place }) => readAnswer(value, place));
  answers.forEach((page, index) => {
    if (!isTruncated(page) || isOfSameAccount(page, answers[index + 1])) return;
    throw badPlace(values[index]?.place ?? [path], "the last page of the answer is missing (it is truncated)", "export it again without --max-items and --no-paginate");
  });
  const all = {
    users: answers.flatMap(({ UserDetailList: list }) => (list ?? []).map(principalDetail)),
    roles: answers.flatMap(({ RoleDetailList: list }) => (list ?? []).map(principalDetail)),
    groups: answers.flatMap(({ GroupDetailList: list }) => (list ?? []).map(principalDetail)),
    policies: answers.flatMap(({ Policies: list }) => (list ?? []).map(({ Arn, AttachmentCount }) => ({ arn: Arn, attachments: AttachmentCount ?? null }))),
  };
  if (all.users.length + all.roles.length + all.groups.length === 0) throw badPlace([path], "there is no user, role or group in it", REMEDY);
  return all;
}

function isTruncated({ IsTruncated: truncated, Marker: marker, NextToken: token }: Answer): boolean {
  return truncated === true || (marker ?? token ?? null) !== null;
}

/** Is that the page that follows? Pages of several accounts may stand in one file. */
function isOfSameAccount(page: Answer, next: Answer | undefined): boolean {
  const account = accountOf(page);
  return next !== undefined && (account === null || [account, null].includes(accountOf(next)));
}

/** Null for a page with nothing but policies of AWS, or with nothing. */
function accountOf(page: Answer): string | null {
  const arns = LISTS.flatMap((key) => (page[key] ?? []).map(({ Arn }) => Arn));
  return arns.map((each) => each.split(":")[4] ?? "").find((account) => account !== "aws") ?? null;
}

function readAnswer(value: unknown, place: Place): Answer {
  if (!isObject(value) || !LISTS.some((key) => key in value)) {
    throw badPlace(place, `this is not the output of get-account-authorization-details but ${shown(value)}`, REMEDY);
  }
  const result = answer.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badPlace([...place, ...placeOf(issue?.path ?? [])], `expected ${issue?.message ?? "something else"}`, REMEDY);
}

/** `RoleDetailList, entry 3, Arn` */
function placeOf(path: readonly PropertyKey[]): readonly string[] {
  return path.map((key) => (typeof key === "number" ? `entry ${String(key + 1)}` : String(key)));
}

function principalDetail(detail: { readonly Arn: string; readonly GroupList?: readonly string[] | null | undefined; readonly AttachedManagedPolicies?: readonly { readonly PolicyArn: string }[] | null | undefined }): PrincipalDetail {
  return {
    arn: detail.Arn,
    groups: detail.GroupList ?? [],
    attached: (detail.AttachedManagedPolicies ?? []).map(({ PolicyArn }) => PolicyArn),
  };
}
