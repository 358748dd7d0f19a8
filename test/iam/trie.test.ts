import { describe, expect, it } from "vitest";
import { builtInCatalogue } from "../../src/iam/catalogue.js";
import { serviceActions } from "../../src/iam/service-actions.js";
import { tokens, trieOf, type TrieNode } from "../../src/iam/trie.js";
import { words } from "./reported.js";

const TODAY = builtInCatalogue();

describe("tokens", () => {
  it.each([
    ["CreateDBCluster", "Create DB Cluster"],
    ["GetSSHPublicKey", "Get SSH Public Key"],
    ["AssumeRoleWithSAML", "Assume Role With SAML"],
    ["GetBucketCORS", "Get Bucket CORS"],
    ["ListS3Buckets", "List S3 Buckets"],
    ["DescribeICD10CMInferenceJob", "Describe ICD10 CM Inference Job"],
    ["CreateClusterV2", "Create Cluster V2"],
    ["connect", "connect"],
    ["PUT", "PUT"],
    ["AssociateViaAWSService-EventsAndStates", "Associate Via AWS Service - Events And States"],
    ["ListWebACLs", "List Web AC Ls"],
    ["CreateOAuth2Token", "Create O Auth2 Token"],
    ["A_b--C", "A _ b -- C"],
  ])("of %s", (name, expected) => {
    expect(tokens(name)).toEqual(words(expected));
  });

  it("of nothing are none", () => {
    expect(tokens("")).toEqual([]);
  });

  it("of every action together are the action", () => {
    const names = TODAY.services().flatMap((service) => TODAY.actions(service));
    expect(names.filter((name) => tokens(name).join("") !== name)).toEqual([]);
  });
});

describe("trieOf", () => {
  it("is built once for each list of names", () => {
    const names = TODAY.actions("s3");
    expect(trieOf(serviceActions(names))).toBe(trieOf(serviceActions(names)));
    expect(trieOf(serviceActions([...names]))).not.toBe(trieOf(serviceActions(names)));
  });

  it("sorts names by their words, and ends where one is alone", () => {
    const trie = trieOf(serviceActions(["GetJobs", "GetJob", "GetJobTagging", "PUT", "GetJobTaggingRules"]));
    expect(drawn(trie)).toEqual([
      " [0-5] GetJob GetJobs GetJobTagging GetJobTaggingRules PUT",
      "Get [0-4] GetJob GetJobs GetJobTagging GetJobTaggingRules",
      "GetJob [0-4] GetJob GetJobTagging GetJobTaggingRules",
      "GetJobTagging [2-4] GetJobTagging GetJobTaggingRules",
      "GetJobTaggingRules [3-4] GetJobTaggingRules",
      "GetJobs [1-2] GetJobs",
      "PUT [4-5] PUT",
    ]);
  });
});

function drawn({ text, actions, ranks, children }: TrieNode): readonly string[] {
  const names = actions.map(({ name }) => name).join(" ");
  return [`${text} [${String(ranks.start)}-${String(ranks.end)}] ${names}`, ...children.flatMap(drawn)];
}
