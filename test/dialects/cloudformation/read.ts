import { cloudformation } from "../../../src/dialects/cloudformation.js";
import type { ActionEntry, LocatedPolicies, PolicyDocument, Statement } from "../../../src/model/policy.js";
import { bindIn } from "../project.js";

export function read(text: string, path = "/repository/template.yaml"): LocatedPolicies {
  return bindIn(cloudformation, path, { [path]: text });
}

export function only<Element>(list: readonly Element[]): Element {
  const [first, ...others] = list;
  if (first === undefined || others.length > 0) throw new Error(`Expected one element, found ${String(list.length)}.`);
  return first;
}

export function statementsOf({ documents }: LocatedPolicies): readonly Statement[] {
  return documents.flatMap((document: PolicyDocument) => document.statements);
}

export function entriesOf(located: LocatedPolicies): readonly ActionEntry[] {
  return statementsOf(located).flatMap((statement) => statement.actions);
}

export function whys({ documents, opaque }: LocatedPolicies): readonly string[] {
  const parts = documents.flatMap((document) => [...document.opaque, ...document.statements.flatMap((statement) => statement.opaque)]);
  return [...opaque, ...parts].map((part) => part.why);
}

/** A role with one policy, whose `Statement` is `statement`. */
export function roleWith(statement: string, properties = ""): string {
  const indented = statement.replace(/^(?=.)/gmu, "              ");
  return `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  OrdersRole:
    Type: AWS::IAM::Role
    Properties:
${properties.replace(/^(?=.)/gmu, "      ")}      Policies:
        - PolicyName: orders
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
${indented}
`;
}

/** Per document, why the name of one of its principals may be somebody else's; null where it may not. */
export function doubts({ documents }: LocatedPolicies): readonly (string | null)[] {
  return documents.map(({ attachment }) => attachment.doubts?.map(({ clause, leaves }) => `${leaves}: ${clause}`)[0] ?? null);
}
