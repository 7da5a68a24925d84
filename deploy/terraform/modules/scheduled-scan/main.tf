# A container that scans on a schedule: a task of ECS on Fargate, started by EventBridge Scheduler.

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
  default     = "terrier-scheduled"
}

variable "image" {
  description = "The container's image, by digest."
  type        = string
}

variable "targets" {
  description = "What to scan: s3://bucket/prefix."
  type        = list(string)
}

variable "findings" {
  description = "Where the findings go: s3://bucket/prefix."
  type        = string
}

variable "policy_arns" {
  description = "What the scan may do: the read and findings policies of the module access."
  type        = list(string)
}

variable "key_secret_arn" {
  description = "The secret that holds the fingerprint key."
  type        = string
}

variable "key_use_policy_json" {
  description = "What lets the secret be read: use_policy_json of the module fingerprint-key."
  type        = string
}

variable "repository_arn" {
  description = "The repository of the image."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets."
  type        = list(string)
}

variable "security_group_id" {
  description = "The security group of the module network."
  type        = string
}

variable "schedule" {
  description = "When, as EventBridge Scheduler writes it."
  type        = string
  default     = "cron(17 2 * * ? *)"
}

variable "cpu" {
  description = "Processor units; 1024 are one."
  type        = number
  default     = 2048
}

variable "memory" {
  description = "Memory in MiB."
  type        = number
  default     = 4096
}

data "aws_region" "here" {}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/terrier/${var.name}"
  retention_in_days = 90
}

data "aws_iam_policy_document" "tasks" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "scan" {
  name               = "${var.name}-scan"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_role_policy_attachment" "scan" {
  count      = length(var.policy_arns)
  role       = aws_iam_role.scan.name
  policy_arn = var.policy_arns[count.index]
}

data "aws_iam_policy_document" "start" {
  # The one action of the registry that knows no resource.
  statement {
    sid       = "Login"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "Pull"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [var.repository_arn]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
}

resource "aws_iam_role" "start" {
  name               = "${var.name}-start"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_role_policy" "start" {
  role   = aws_iam_role.start.id
  policy = data.aws_iam_policy_document.start.json
}

resource "aws_iam_role_policy" "key" {
  role   = aws_iam_role.start.id
  policy = var.key_use_policy_json
}

resource "aws_ecs_cluster" "this" {
  name = var.name
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  task_role_arn            = aws_iam_role.scan.arn
  execution_role_arn       = aws_iam_role.start.arn

  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }

  volume {
    name = "tmp"
  }

  container_definitions = jsonencode([{
    name                   = "terrier"
    image                  = var.image
    command                = concat(["scan"], var.targets, ["--out", var.findings, "--quiet"])
    essential              = true
    user                   = "65532:65532"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"] }, initProcessEnabled = true }
    mountPoints            = [{ sourceVolume = "tmp", containerPath = "/tmp" }]
    environment = [
      { name = "HOME", value = "/tmp" },
      # The endpoint of the region, so that nothing is asked of the global one.
      { name = "AWS_ENDPOINT_URL_S3", value = "https://s3.${data.aws_region.here.name}.amazonaws.com" },
    ]
    secrets = [{ name = "TERRIER_KEY", valueFrom = var.key_secret_arn }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.this.name
        "awslogs-region"        = data.aws_region.here.name
        "awslogs-stream-prefix" = "scan"
      }
    }
  }])
}

data "aws_iam_policy_document" "run" {
  statement {
    sid       = "Run"
    actions   = ["ecs:RunTask"]
    resources = [aws_ecs_task_definition.this.arn]
    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [aws_ecs_cluster.this.arn]
    }
  }

  statement {
    sid       = "Pass"
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.scan.arn, aws_iam_role.start.arn]
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "scheduler" {
  name               = "${var.name}-scheduler"
  assume_role_policy = data.aws_iam_policy_document.scheduler.json
}

resource "aws_iam_role_policy" "run" {
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.run.json
}

resource "aws_scheduler_schedule" "this" {
  name                = var.name
  schedule_expression = var.schedule

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.this.arn
    role_arn = aws_iam_role.scheduler.arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.this.arn
      launch_type         = "FARGATE"

      network_configuration {
        subnets          = var.subnet_ids
        security_groups  = [var.security_group_id]
        assign_public_ip = false
      }
    }
  }
}

output "cluster_arn" {
  value = aws_ecs_cluster.this.arn
}

output "task_definition_arn" {
  value = aws_ecs_task_definition.this.arn
}

output "task_role_arns" {
  description = "What a state machine that starts the task must be allowed to pass on."
  value       = [aws_iam_role.scan.arn, aws_iam_role.start.arn]
}
