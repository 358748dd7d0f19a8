import { NO_POLICIES } from "../model/policy.js";
import { mentionsIam } from "./cdk/rivals.js";
import { locate } from "./cdk/documents.js";
import { withInstalledVersion } from "./cdk/grants/versions.js";
import { placesOf } from "./cdk/places.js";
import { inProject } from "./cdk/across-files/cdk-project.js";
import type { Dialect } from "./dialect.js";

/** A file with its tree, which is looked at among the other files. */
export interface CdkReading {
  readonly path: string;
  readonly text: string;
  readonly tree: unknown;
  readonly principals: readonly string[];
}

/** The AWS CDK in TypeScript and JavaScript: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam-readme.html */
export const cdk: Dialect<CdkReading> = {
  name: "cdk",
  needsTree: true,
  scope: "file",
  comparesLiterals: true,
  claims: (path) => /\.[cm]?[jt]sx?$/u.test(path) && !/\.d(?:\.\w+)?\.[cm]?ts$/u.test(path),
  mentions: ({ text }) => mentionsIam(text),
  // Whatever imports a class may create it, and a file that only hands on exports is needed to find out.
  matters: () => true,
  read: ({ path, text, tree, principals }) => ({ path, text, tree, principals }),
  bind({ path, text, tree, principals }, files) {
    const file = inProject(path, text, tree, files);
    if (file !== null) return withInstalledVersion(locate(file, principals), path, files);
    return { ...NO_POLICIES, opaque: [{ span: { start: 0, end: 0 }, why: "the parser gave no syntax tree with scopes" }] };
  },
  places: placesOf,
};
