# A way to the services that a scan needs, and to nothing else: endpoints in the VPC, and security groups without any other egress.

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

variable "vpc_id" {
  description = "The VPC. It needs no gateway to the internet."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets."
  type        = list(string)
}

variable "route_table_ids" {
  description = "Their route tables, for the gateway endpoint of S3."
  type        = list(string)
}

variable "bucket_arns" {
  description = "The only buckets that the endpoint of S3 lets through: those to scan, and that of the findings."
  type        = list(string)
}

variable "image_layer_bucket_arns" {
  description = "Where the registry keeps layers of images in this region: arn:aws:s3:::prod-REGION-starport-layer-bucket."
  type        = list(string)
}

data "aws_region" "here" {}

locals {
  # Tokens, keys, secrets, logs, and images of containers.
  services = ["sts", "kms", "secretsmanager", "logs", "ecr.api", "ecr.dkr", "sqs", "states"]
}

data "aws_iam_policy_document" "buckets" {
  statement {
    sid       = "OnlyTheseBuckets"
    actions   = ["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = concat(var.bucket_arns, [for arn in var.bucket_arns : "${arn}/*"])
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "Images"
    actions   = ["s3:GetObject"]
    resources = [for arn in var.image_layer_bucket_arns : "${arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = var.vpc_id
  service_name      = "com.amazonaws.${data.aws_region.here.name}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = var.route_table_ids
  policy            = data.aws_iam_policy_document.buckets.json
}

resource "aws_vpc_endpoint" "services" {
  for_each            = toset(local.services)
  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.${data.aws_region.here.name}.${each.value}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}

# A security group of this provider has no egress until a rule gives it some.
resource "aws_security_group" "scan" {
  name        = "${var.name}-scan"
  description = "Scans: out to the endpoints alone, and nothing in."
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "endpoints" {
  name        = "${var.name}-endpoints"
  description = "Endpoints: in from scans alone."
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "to_endpoints" {
  security_group_id            = aws_security_group.scan.id
  referenced_security_group_id = aws_security_group.endpoints.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "to_s3" {
  security_group_id = aws_security_group.scan.id
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "from_scans" {
  security_group_id            = aws_security_group.endpoints.id
  referenced_security_group_id = aws_security_group.scan.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

output "security_group_id" {
  value = aws_security_group.scan.id
}
