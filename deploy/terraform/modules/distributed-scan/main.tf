# A plan made from an inventory by a container, run in parts by a Distributed Map: one invocation of a function per part, and again until
# the part is done.

terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

variable "name" {
  description = "What names begin with."
  type        = string
  default     = "terrier-distributed"
}

variable "function_arn" {
  description = "The function: function_arn of the module function, whose findings are those of this module."
  type        = string
}

variable "cluster_arn" {
  description = "The cluster that the plan is made in: that of the module scheduled-scan."
  type        = string
}

variable "task_definition_arn" {
  description = "The task that the plan is made by: that of the module scheduled-scan."
  type        = string
}

variable "task_role_arns" {
  description = "The roles of that task."
  type        = list(string)
}

variable "subnet_ids" {
  description = "Private subnets."
  type        = list(string)
}

variable "security_group_id" {
  description = "The security group of the module network."
  type        = string
}

variable "target" {
  description = "What to scan: s3://bucket."
  type        = string
}

variable "inventory" {
  description = "The manifest of its inventory: s3://lists/.../manifest.json."
  type        = string
}

variable "plan" {
  description = "Where the plan goes: s3://bucket/prefix, apart from the findings."
  type        = string
}

variable "findings" {
  description = "Where the findings go: the function's TERRIER_OUT."
  type        = string
}

variable "parts" {
  description = "Into how many parts the plan is dealt out, 1,000 at most."
  type        = number
  default     = 200

  validation {
    condition     = var.parts >= 1 && var.parts <= 1000
    error_message = "parts must be between 1 and 1000."
  }
}

variable "concurrency" {
  description = "Parts at one time."
  type        = number
  default     = 100
}

data "aws_region" "here" {}

data "aws_caller_identity" "here" {}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }
  }
}

locals {
  account     = data.aws_caller_identity.here.account_id
  machine_arn = "arn:aws:states:${data.aws_region.here.name}:${local.account}:stateMachine:${var.name}"
  map_arn     = "arn:aws:states:${data.aws_region.here.name}:${local.account}:execution:${var.name}/*"
}

data "aws_iam_policy_document" "machine" {
  statement {
    sid       = "Scan"
    actions   = ["lambda:InvokeFunction"]
    resources = [var.function_arn]
  }

  statement {
    sid       = "Plan"
    actions   = ["ecs:RunTask"]
    resources = [var.task_definition_arn]
    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    sid       = "WatchPlan"
    actions   = ["ecs:DescribeTasks", "ecs:StopTask"]
    resources = ["*"]
    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    sid       = "HearOfPlan"
    actions   = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
    resources = ["arn:aws:events:${data.aws_region.here.name}:${local.account}:rule/StepFunctionsGetEventsForECSTaskRule"]
  }

  statement {
    sid       = "Pass"
    actions   = ["iam:PassRole"]
    resources = var.task_role_arns
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  statement {
    sid       = "Map"
    actions   = ["states:StartExecution"]
    resources = [local.machine_arn]
  }

  statement {
    sid       = "WatchMap"
    actions   = ["states:DescribeExecution", "states:StopExecution"]
    resources = [local.map_arn]
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "this" {
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.machine.json
}

resource "aws_sfn_state_machine" "this" {
  name     = var.name
  role_arn = aws_iam_role.this.arn

  definition = templatefile("${path.module}/machine.json.tftpl", {
    cluster         = var.cluster_arn
    task            = var.task_definition_arn
    subnets         = jsonencode(var.subnet_ids)
    security_groups = jsonencode([var.security_group_id])
    command         = jsonencode(["plan", var.target, "--inventory", var.inventory, "--out", var.plan, "--findings", var.findings, "--quiet"])
    function        = var.function_arn
    plan            = var.plan
    parts           = var.parts
    last            = var.parts - 1
    concurrency     = var.concurrency
  })
}

output "state_machine_arn" {
  value = aws_sfn_state_machine.this.arn
}
