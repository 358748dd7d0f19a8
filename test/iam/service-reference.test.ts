import { describe, expect, it } from "vitest";
import { readService, readServiceIndex, UnexpectedShape } from "../../src/iam/service-reference.js";

function action(name: string, flags: object, tracked: boolean): object {
  return {
    Name: name,
    ActionConditionKeys: ["s3:TlsVersion"],
    Annotations: {
      Properties: { IsList: false, IsPermissionManagement: false, IsTaggingOnly: false, IsWrite: false, ...flags },
    },
    Resources: [{ Name: "bucket" }],
    SupportedBy: { "IAM Access Analyzer Policy Generation": true, "IAM Action Last Accessed": tracked },
  };
}

function problem(read: () => unknown): { readonly within: string; readonly message: string } {
  try {
    read();
  } catch (error) {
    if (error instanceof UnexpectedShape) return { within: error.within, message: error.message };
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("the file of a service", () => {
  it("gives names, access levels and what is tracked", () => {
    const service = {
      Name: "S3",
      Actions: [
        action("GetObject", {}, false),
        action("ListBucket", { IsList: true }, false),
        action("PutBucketAcl", { IsPermissionManagement: true, IsWrite: true }, true),
        action("PutObjectTagging", { IsTaggingOnly: true, IsWrite: true }, false),
        action("CreateBucket", { IsWrite: true }, true),
      ],
      ConditionKeys: [],
      Operations: [],
      Resources: [],
      Version: "v1.4",
    };
    expect(readService(service)).toEqual({
      name: "s3",
      actions: [
        { name: "GetObject", level: "Read", tracked: false },
        { name: "ListBucket", level: "List", tracked: false },
        { name: "PutBucketAcl", level: "Permissions management", tracked: true },
        { name: "PutObjectTagging", level: "Tagging", tracked: false },
        { name: "CreateBucket", level: "Write", tracked: true },
      ],
    });
  });

  it("says nothing where the file says nothing", () => {
    const unknown = { level: null, tracked: null };
    expect(
      readService({
        Name: "sqs",
        Actions: [
          { Name: "A" },
          { Name: "B", Annotations: {}, SupportedBy: {} },
          { Name: "C", Annotations: null, SupportedBy: null },
          { Name: "D", Annotations: { Properties: null }, SupportedBy: { "IAM Action Last Accessed": null } },
        ],
      }),
    ).toEqual({ name: "sqs", actions: ["A", "B", "C", "D"].map((name) => ({ name, ...unknown })) });
    expect(readService({ Name: "sqs", Actions: [] }).actions).toEqual([]);
  });

  it.each([
    [null, "", "this is not a service of AWS's service reference"],
    [[], "", "this is not a service of AWS's service reference"],
    [{ Name: "s3" }, "Actions", "this is not a list of actions"],
    [{ Actions: [] }, "Name", "this is not the name of a service"],
    [{ Name: "a b", Actions: [] }, "Name", "this is not the name of a service"],
    [{ Name: "s3", Actions: ["GetObject"] }, "Actions[0]", 'this is not an object with "Name"'],
    [{ Name: "s3", Actions: [{ Name: "A" }, { Name: "Get*" }] }, "Actions[1].Name", "this is not the name of an action"],
    [
      { Name: "s3", Actions: [{ Name: "A", SupportedBy: { "IAM Action Last Accessed": "yes" } }] },
      "Actions[0].SupportedBy.IAM Action Last Accessed",
      "this is not true or false",
    ],
    [
      { Name: "s3", Actions: [{ Name: "A", Annotations: { Properties: { IsWrite: 1 } } }] },
      "Actions[0].Annotations.Properties.IsWrite",
      "this is not true or false",
    ],
  ])("refuses %j and says where", (value, within, message) => {
    expect(problem(() => readService(value))).toEqual({ within, message });
  });
});

describe("the index", () => {
  it("gives services and their addresses, whatever else it holds", () => {
    const url = "https://servicereference.us-east-1.amazonaws.com/v1/s3/s3.json";
    expect(readServiceIndex([{ service: "s3", url, modified: 1_790_000_000 }])).toEqual([{ service: "s3", url }]);
  });

  it.each([
    [{ services: [] }, "", "this is not the index of AWS's service reference, a list of services"],
    [[], "", "this is not an index with a service in it"],
    [["s3"], "[0]", 'this is not an object with "service" and "url"'],
    [[{ service: "s3" }], "[0].url", "this is not an address"],
    [[{ service: "s3", url: "" }], "[0].url", "this is not an address"],
    [[{ service: "../s3", url: "/s3" }], "[0].service", "this is not the name of a service"],
  ])("refuses %j and says where", (value, within, message) => {
    expect(problem(() => readServiceIndex(value))).toEqual({ within, message });
  });
});
