import { beginningWith, type KnownAction, type Ranks, type ServiceActions } from "./service-actions.js";

const TOKEN = /[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+|[^A-Za-z0-9]+/g;

/** The words of an action name: `CreateDBCluster` is `Create`, `DB`, `Cluster`. Joined they are the name. */
export function tokens(name: string): readonly string[] {
  return name.match(TOKEN) ?? [];
}

/** The actions of a service whose names begin with the same words. */
export interface TrieNode {
  /** What the names have in common. */
  readonly text: string;
  /** Alphabetical; at least one. */
  readonly actions: readonly KnownAction[];
  /** Those that begin with the text as characters, whether or not as words: `ListRoles` begins with `ListRole`. */
  readonly ranks: Ranks;
  /** By the words that follow; none below a single action. */
  readonly children: readonly TrieNode[];
}

const tries = new WeakMap<ServiceActions, TrieNode>();

/** All actions of a service by their words; built once. */
export function trieOf(service: ServiceActions): TrieNode {
  let root = tries.get(service);
  if (root === undefined) {
    const spelled = service.all.map((action) => ({ action, words: tokens(action.name) }));
    root = node("", spelled, 0, service);
    tries.set(service, root);
  }
  return root;
}

interface Spelled {
  readonly action: KnownAction;
  readonly words: readonly string[];
}

function node(text: string, below: readonly Spelled[], depth: number, service: ServiceActions): TrieNode {
  const groups = new Map<string, Spelled[]>();
  for (const spelled of below) {
    const word = below.length === 1 ? undefined : spelled.words[depth];
    if (word === undefined) continue;
    const group = groups.get(word);
    if (group === undefined) groups.set(word, [spelled]);
    else group.push(spelled);
  }
  return {
    text,
    actions: below.map(({ action }) => action),
    ranks: beginningWith(service, text.toLowerCase()),
    children: [...groups].map(([word, group]) => node(text + word, group, depth + 1, service)),
  };
}
