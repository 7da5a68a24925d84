# Who may do what: reading the estate, writing the findings, and, apart from both, writing labels. Nothing here may change or delete data.

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
  description = "What the policies' names begin with."
  type        = string
  default     = "terrier"
}

variable "bucket_arns" {
  description = "The buckets to scan, as ARNs."
  type        = list(string)
}

variable "data_key_arns" {
  description = "Keys of KMS that their objects are encrypted under."
  type        = list(string)
  default     = []
}

variable "findings_bucket_arn" {
  description = "The bucket that findings and plans go to."
  type        = string
}

variable "findings_prefix" {
  description = "What their keys begin with, without slashes around it."
  type        = string
  default     = "terrier"
}

variable "findings_key_arns" {
  description = "Keys of KMS that the findings are encrypted under."
  type        = list(string)
  default     = []
}

data "aws_region" "here" {}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = var.bucket_arns
  }

  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = [for arn in var.bucket_arns : "${arn}/*"]
  }

  dynamic "statement" {
    for_each = length(var.data_key_arns) > 0 ? [1] : []
    content {
      sid       = "Decrypt"
      actions   = ["kms:Decrypt"]
      resources = var.data_key_arns
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${data.aws_region.here.name}.amazonaws.com"]
      }
    }
  }
}

data "aws_iam_policy_document" "findings" {
  statement {
    sid       = "ListFindings"
    actions   = ["s3:ListBucket"]
    resources = [var.findings_bucket_arn]
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["${var.findings_prefix}*"]
    }
  }

  # Deleting is for attempts that lost and for plans that are done; results are never deleted.
  statement {
    sid       = "WriteFindings"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = ["${var.findings_bucket_arn}/${var.findings_prefix}*"]
  }

  dynamic "statement" {
    for_each = length(var.findings_key_arns) > 0 ? [1] : []
    content {
      sid       = "EncryptFindings"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = var.findings_key_arns
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${data.aws_region.here.name}.amazonaws.com"]
      }
    }
  }
}

data "aws_iam_policy_document" "label" {
  statement {
    sid       = "Label"
    actions   = ["s3:GetObjectTagging", "s3:PutObjectTagging"]
    resources = [for arn in var.bucket_arns : "${arn}/*"]
  }
}

resource "aws_iam_policy" "read" {
  name        = "${var.name}-read"
  description = "Terrier reads the estate."
  policy      = data.aws_iam_policy_document.read.json
}

resource "aws_iam_policy" "findings" {
  name        = "${var.name}-findings"
  description = "Terrier writes its findings."
  policy      = data.aws_iam_policy_document.findings.json
}

# Attached to no role by any module here. Attach it yourself, and only to what writes labels.
resource "aws_iam_policy" "label" {
  name        = "${var.name}-label"
  description = "Terrier writes labels as tags of objects."
  policy      = data.aws_iam_policy_document.label.json
}

output "read_policy_arn" {
  value = aws_iam_policy.read.arn
}

output "findings_policy_arn" {
  value = aws_iam_policy.findings.arn
}

output "label_policy_arn" {
  value = aws_iam_policy.label.arn
}
