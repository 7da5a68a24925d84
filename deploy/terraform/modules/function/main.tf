# The function itself, with a role of its own; what it scans and who calls it is for event-scan and distributed-scan to say.

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
  default     = "terrier"
}

variable "bundle" {
  description = "The function's zip, with the program bootstrap in it."
  type        = string
}

variable "architecture" {
  description = "What the bundle was built for: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "findings" {
  description = "Where the findings go: s3://bucket/prefix. Those of events go to a place apart from those of scans."
  type        = string
}

variable "policy_arns" {
  description = "What the function may do: the read and findings policies of the module access."
  type        = list(string)
}

variable "fingerprint_key" {
  description = "The fingerprint key, 64 hexadecimal digits. The service encrypts it under kms_key_arn; the state of Terraform holds it too."
  type        = string
  sensitive   = true
}

variable "kms_key_arn" {
  description = "The key of KMS that the function's variables are encrypted under: that of the module fingerprint-key."
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

variable "memory" {
  description = "Memory in MB; 1769 are one processor."
  type        = number
  default     = 1769
}

variable "timeout" {
  description = "Seconds that an invocation may take."
  type        = number
  default     = 600
}

variable "concurrency" {
  description = "Invocations at one time, which bounds what a flood of events costs."
  type        = number
  default     = 20
}

data "aws_region" "here" {}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 90
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "function" {
  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  statement {
    sid       = "DecryptVariables"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]
  }

  # How a function gets its address in the VPC; these know no resource.
  statement {
    sid = "Network"
    actions = [
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ]
    resources = ["*"]
  }

  # The service uses these with the function's role; the function itself must not.
  statement {
    sid    = "NotTheFunctionItself"
    effect = "Deny"
    actions = [
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ]
    resources = ["*"]
    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = ["arn:aws:lambda:*:*:function:${var.name}"]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "this" {
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.function.json
}

resource "aws_iam_role_policy_attachment" "this" {
  count      = length(var.policy_arns)
  role       = aws_iam_role.this.name
  policy_arn = var.policy_arns[count.index]
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  role                           = aws_iam_role.this.arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  filename                       = var.bundle
  source_code_hash               = filebase64sha256(var.bundle)
  memory_size                    = var.memory
  timeout                        = var.timeout
  kms_key_arn                    = var.kms_key_arn
  reserved_concurrent_executions = var.concurrency

  environment {
    variables = {
      TERRIER_OUT         = var.findings
      TERRIER_KEY         = var.fingerprint_key
      AWS_ENDPOINT_URL_S3 = "https://s3.${data.aws_region.here.name}.amazonaws.com"
    }
  }

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [var.security_group_id]
  }

  depends_on = [aws_iam_role_policy.this, aws_cloudwatch_log_group.this]
}

output "function_arn" {
  value = aws_lambda_function.this.arn
}

output "role_name" {
  value = aws_iam_role.this.name
}

output "timeout" {
  value = aws_lambda_function.this.timeout
}
