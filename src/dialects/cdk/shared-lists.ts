import type { ActionEntry, Effect } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { unwrap, wrapped } from "../../syntax/estree.js";
import type { Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import type { ActionList, SharedUse } from "./actions.js";
import { readActions } from "./actions.js";
import type { Destination } from "./destinations.js";
import type { Draft } from "./drafts.js";
import { newDraft } from "./drafts.js";
import { usesOf } from "./lists.js";
import { NOBODY, together } from "./owners.js";

/** A statement of an identity policy that takes actions from a list. */
export interface ListUser {
  readonly destination: Destination;
  readonly effect: Effect;
  readonly handedAt: readonly number[];
}

/** Whoever uses the lists of a file; null stands for a statement that is no part of an identity policy. */
export type SharedLists = Map<Node, ListInUse>;

interface ListInUse {
  readonly shown: string;
  readonly content: ActionList;
  readonly users: (ListUser | null)[];
  /** Lists that this one is a part of. */
  readonly wholes: Set<Node>;
  /** The mentions that are understood. */
  readonly at: Set<Node>;
  isAliased: boolean;
}

export function note(file: EstreeFile, lists: SharedLists, uses: readonly SharedUse[], user: ListUser | null): void {
  for (const use of uses) inUse(file, lists, use).users.push(use.isNegated === true ? null : user);
}

function inUse(file: EstreeFile, lists: SharedLists, { value, shown, at }: SharedUse): ListInUse {
  const known = lists.get(value);
  const list = known ?? { shown, content: readActions(file, value), users: [], wholes: new Set<Node>(), at: new Set<Node>(), isAliased: false };
  if (at === null) list.isAliased = true;
  else list.at.add(wrapped(file, unwrap(at)));
  if (known !== undefined) return list;
  lists.set(value, list);
  for (const part of list.content.shared) inUse(file, lists, part).wholes.add(value);
  return list;
}

/**
 * Each list as a document of its own: its actions are those of all statements that use it, so they may go when all who get
 * any of these have them unused.
 */
export function listDrafts(file: EstreeFile, lists: SharedLists): readonly Draft[] {
  return [...lists].flatMap(([value, list]) => {
    const all = usersOf(lists, value, new Set());
    const users = all.flatMap((user) => user ?? []);
    if (users.every(({ effect }) => effect === "Deny")) return [];
    const locked = lockOf(file, value, list, all);
    const handedAt = [...new Set(users.flatMap((user) => user.handedAt))];
    const actions = list.content.entries.map((entry): ActionEntry => ({ ...entry, locked: entry.locked ?? locked, handedAt }));
    const [first] = users;
    if (actions.length === 0 || first === undefined) return [];
    const span = spanOf(value);
    const draft = newDraft({
      kind: "identity",
      key: null,
      address: `the list "${list.shown}"`,
      holder: users.every(({ destination }) => destination.holder === first.destination.holder) ? first.destination.holder : "unknown",
      span,
      element: null,
      owners: together([NOBODY, ...users.map(({ destination }) => destination.owners)]),
      opaque: [],
    });
    draft.statements.push({ sid: null, effect: "Allow", actions, notActions: [], opaque: list.content.opaque, span, element: null });
    return [{ ...draft, partial: true as const }];
  });
}

function usersOf(lists: SharedLists, value: Node, seen: Set<Node>): readonly (ListUser | null)[] {
  const list = lists.get(value);
  if (list === undefined || seen.has(value)) return [];
  seen.add(value);
  return [...list.users, ...[...list.wholes].flatMap((whole) => usersOf(lists, whole, seen))];
}

function lockOf(file: EstreeFile, value: Node, { shown, at, isAliased }: ListInUse, users: readonly (ListUser | null)[]): string | null {
  if (isAliased) return "the object that it stands in is also used elsewhere";
  if (users.some((user) => user?.effect === "Deny")) return `the list "${shown}" is also used in a statement that denies`;
  const { mentions, lost } = value.type === "ArrayExpression" ? usesOf(file, value) : { mentions: [], lost: [] };
  const isElsewhere = lost.length > 0 || mentions.some((mention) => !at.has(wrapped(file, unwrap(mention))));
  return isElsewhere || users.some((user) => user?.effect !== "Allow") ? `the list "${shown}" is also used elsewhere` : null;
}
