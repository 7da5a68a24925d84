# The fingerprint key: a secret under a key of KMS of its own, so that who may compute fingerprints is decided in one place. The value is put
# in by you and never passes through here: aws secretsmanager put-secret-value --secret-id ... --secret-string "$(openssl rand -hex 32)"

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
  description = "The secret's name."
  type        = string
  default     = "terrier/fingerprint-key"
}

resource "aws_kms_key" "this" {
  description             = "Encrypts the key that Terrier computes fingerprints under."
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_secretsmanager_secret" "this" {
  name                    = var.name
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = 30
}

data "aws_iam_policy_document" "use" {
  statement {
    sid       = "ReadKey"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.this.arn]
  }

  statement {
    sid       = "DecryptKey"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.this.arn]
  }
}

output "secret_arn" {
  value = aws_secretsmanager_secret.this.arn
}

output "kms_key_arn" {
  value = aws_kms_key.this.arn
}

output "use_policy_json" {
  description = "What may read the key: the role that starts tasks, not the one that they run as."
  value       = data.aws_iam_policy_document.use.json
}
