// Makes a tree of Terraform files as repositories have them: about 250 lines a file, one in five with IAM.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PLAIN = (file, part) => `
# Network part ${part} of ${file}.
resource "aws_security_group" "service_${file}_${part}" {
  name        = "service-${file}-${part}"
  description = "Service \${var.environment} of stack ${file}"
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

const IAM = (file, part) => `
resource "aws_iam_role" "service_${file}_${part}" {
  name               = "service-${file}-${part}"
  assume_role_policy = data.aws_iam_policy_document.trust_${file}_${part}.json
}

data "aws_iam_policy_document" "trust_${file}_${part}" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "service_${file}_${part}" {
  name = "access"
  role = aws_iam_role.service_${file}_${part}.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "s3:Get*",
          "s3:PutObject",
          "sqs:SendMessage",
          "sqs:PurgeQueue",
        ]
        Resource = "*"
      },
    ]
  })
}
`;

/** Writes `files` files in folders of ten; returns the names of the roles. */
export function makeTree(folder, files) {
  const roles = [];
  for (let file = 0; file < files; file += 1) {
    const directory = join(folder, `stack-${String(Math.floor(file / 10)).padStart(4, "0")}`);
    mkdirSync(directory, { recursive: true });
    const withIam = file % 5 === 0;
    let text = 'variable "environment" {\n  type = string\n}\n';
    for (let part = 0; text.split("\n").length < 250; part += 1) {
      const iam = withIam && part % 4 === 0;
      if (iam) roles.push(`service-${file}-${part}`);
      text += iam ? IAM(file, part) : PLAIN(file, part);
    }
    writeFileSync(join(directory, `part-${file % 10}.tf`), text);
  }
  return roles;
}

/** An export with a finding for every second role. */
export function makeFindings(path, roles) {
  const findings = roles
    .filter((_, index) => index % 2 === 0)
    .map((role, index) => ({
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
    }));
  writeFileSync(path, JSON.stringify(findings));
}
