// Makes a repository of local Terraform modules, called from environments: ten files a module, about 250 lines each, IAM in two of them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DOMAINS = ["orders", "billing", "shipping", "catalog", "search", "users", "reports", "payments", "inventory", "media"];
const TASKS = ["api", "worker", "indexer", "importer", "mailer", "archiver", "scheduler", "gateway", "auditor", "exporter"];

const PLAIN = (name, part) => `
# Network part ${part} of ${name}.
resource "aws_security_group" "part_${part}" {
  name        = "${name}-${part}"
  description = "Service \${var.environment} of ${name}"
  vpc_id      = var.vpc_id

  ingress {
    from_port   = ${8000 + part}
    to_port     = ${8000 + part}
    protocol    = "tcp"
    cidr_blocks = [for subnet in var.subnets : subnet.cidr if subnet.public]
  }

  tags = merge(var.tags, {
    Name = format("%s-%s", var.environment, "service-${part}")
  })
}
`;

const IAM = (task) => `
resource "aws_iam_role" "${task}" {
  name               = "\${var.environment}-\${var.service}-${task}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "${task}" {
  statement {
    sid = "Objects"
    actions = [
      "s3:Get*",
      "s3:PutObject",
      "sqs:SendMessage",
      "sqs:PurgeQueue",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "${task}" {
  name   = "access"
  role   = aws_iam_role.${task}.id
  policy = data.aws_iam_policy_document.${task}.json
}
`;

const TRUST = `
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}
`;

const VARIABLES = `variable "environment" {
  type = string
}

variable "service" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "subnets" {
  default = []
}

variable "tags" {
  default = {}
}
`;

/** Writes `files` files and an export with a finding for every second role. */
export function makeModules(folder, findings, files) {
  const modules = Math.ceil(files / 10);
  const roles = [];
  const calls = new Map();
  for (let index = 0; index < modules; index += 1) {
    const name = `${DOMAINS[index % DOMAINS.length]}-${String(index).padStart(4, "0")}`;
    const directory = join(folder, "modules", name);
    mkdirSync(directory, { recursive: true });
    const tasks = TASKS.slice(0, 4);
    writeFileSync(join(directory, "variables.tf"), VARIABLES);
    writeFileSync(join(directory, "iam.tf"), TRUST + tasks.slice(0, 2).map(IAM).join(""));
    writeFileSync(join(directory, "more-iam.tf"), tasks.slice(2).map(IAM).join(""));
    for (let file = 3; file < 10; file += 1) {
      let text = "";
      for (let part = 0; text.split("\n").length < 250; part += 1) text += PLAIN(name, file * 100 + part);
      writeFileSync(join(directory, `part-${file}.tf`), text);
    }
    const stack = String(Math.floor(index / 50)).padStart(2, "0");
    for (const environment of ["dev", "prod"]) {
      const caller = join(folder, "envs", environment, `stack-${stack}`);
      const call = `module "${name}" {\n  source      = "../../../modules/${name}"\n  environment = "${environment}"\n  service     = "${name}"\n  vpc_id      = "vpc-1"\n}\n`;
      calls.set(caller, (calls.get(caller) ?? "") + call);
      roles.push(...tasks.map((task) => `${environment}-${name}-${task}`));
    }
  }
  for (const [caller, text] of calls) {
    mkdirSync(caller, { recursive: true });
    writeFileSync(join(caller, "main.tf"), `terraform {\n  backend "s3" {}\n}\n\n${text}`);
  }
  writeFileSync(findings, JSON.stringify(roles.filter((_, index) => index % 4 < 2).map(finding)));
}

function finding(role, index) {
  return {
    id: `bench-${index}`,
    findingType: "UnusedPermission",
    status: "ACTIVE",
    resource: `arn:aws:iam::111122223333:role/${role}`,
    resourceType: "AWS::IAM::Role",
    resourceOwnerAccount: "111122223333",
    analyzedAt: "2026-09-01T00:00:00Z",
    createdAt: "2026-09-01T00:00:00Z",
    updatedAt: "2026-09-01T00:00:00Z",
    findingDetails: [
      { unusedPermissionDetails: { serviceNamespace: "s3", actions: [{ action: "GetBucketAcl" }, { action: "GetBucketCORS" }] } },
      { unusedPermissionDetails: { serviceNamespace: "sqs", actions: [{ action: "PurgeQueue" }] } },
    ],
  };
}
