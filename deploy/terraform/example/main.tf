# All of it together, for one bucket with an inventory. Copy it, and take out what you do not need.

terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "route_table_ids" {
  type = list(string)
}

variable "image" {
  type = string
}

variable "repository_arn" {
  type = string
}

variable "fingerprint_key" {
  type      = string
  sensitive = true
}

locals {
  data_bucket     = "my-data"
  list_bucket     = "my-inventories"
  findings_bucket = "my-findings"
  arns            = { for bucket in [local.data_bucket, local.list_bucket, local.findings_bucket] : bucket => "arn:aws:s3:::${bucket}" }
}

data "aws_region" "here" {}

module "access" {
  source              = "../modules/access"
  bucket_arns         = [local.arns[local.data_bucket], local.arns[local.list_bucket]]
  findings_bucket_arn = local.arns[local.findings_bucket]
}

module "key" {
  source = "../modules/fingerprint-key"
}

module "network" {
  source                  = "../modules/network"
  vpc_id                  = var.vpc_id
  subnet_ids              = var.subnet_ids
  route_table_ids         = var.route_table_ids
  bucket_arns             = values(local.arns)
  image_layer_bucket_arns = ["arn:aws:s3:::prod-${data.aws_region.here.name}-starport-layer-bucket"]
}

module "scheduled" {
  source              = "../modules/scheduled-scan"
  image               = var.image
  repository_arn      = var.repository_arn
  targets             = ["s3://${local.data_bucket}"]
  findings            = "s3://${local.findings_bucket}/terrier"
  policy_arns         = [module.access.read_policy_arn, module.access.findings_policy_arn]
  key_secret_arn      = module.key.secret_arn
  key_use_policy_json = module.key.use_policy_json
  subnet_ids          = var.subnet_ids
  security_group_id   = module.network.security_group_id
}

module "event_function" {
  source            = "../modules/function"
  name              = "terrier-events"
  bundle            = "terrier-lambda-arm64.zip"
  findings          = "s3://${local.findings_bucket}/terrier-events"
  policy_arns       = [module.access.read_policy_arn, module.access.findings_policy_arn]
  fingerprint_key   = var.fingerprint_key
  kms_key_arn       = module.key.kms_key_arn
  subnet_ids        = var.subnet_ids
  security_group_id = module.network.security_group_id
}

module "events" {
  source             = "../modules/event-scan"
  bucket             = local.data_bucket
  function_arn       = module.event_function.function_arn
  function_role_name = module.event_function.role_name
  function_timeout   = module.event_function.timeout
}

module "part_function" {
  source            = "../modules/function"
  name              = "terrier-parts"
  bundle            = "terrier-lambda-arm64.zip"
  findings          = "s3://${local.findings_bucket}/terrier"
  policy_arns       = [module.access.read_policy_arn, module.access.findings_policy_arn]
  fingerprint_key   = var.fingerprint_key
  kms_key_arn       = module.key.kms_key_arn
  subnet_ids        = var.subnet_ids
  security_group_id = module.network.security_group_id
  memory            = 3538
  timeout           = 900
  concurrency       = 100
}

module "distributed" {
  source              = "../modules/distributed-scan"
  function_arn        = module.part_function.function_arn
  cluster_arn         = module.scheduled.cluster_arn
  task_definition_arn = module.scheduled.task_definition_arn
  task_role_arns      = module.scheduled.task_role_arns
  subnet_ids          = var.subnet_ids
  security_group_id   = module.network.security_group_id
  target              = "s3://${local.data_bucket}"
  inventory           = "s3://${local.list_bucket}/my-data/daily/manifest.json"
  plan                = "s3://${local.findings_bucket}/terrier-plan"
  findings            = "s3://${local.findings_bucket}/terrier"
}
