# A function that scans what changes: notifications of a bucket go to a queue, and the queue's messages to the function in batches. What fails
# comes again, and after five times goes to a queue of dead letters, which raises an alarm.

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
  default     = "terrier-events"
}

variable "bucket" {
  description = "The bucket whose objects are scanned as they come. Its notifications are set here; they must not be set elsewhere too."
  type        = string
}

variable "function_arn" {
  description = "The function: function_arn of the module function."
  type        = string
}

variable "function_role_name" {
  description = "Its role, which is allowed to take from the queue: role_name of the module function."
  type        = string
}

variable "function_timeout" {
  description = "Seconds that an invocation may take: timeout of the module function."
  type        = number
}

variable "concurrency" {
  description = "Batches at one time, which bounds what a flood of events costs."
  type        = number
  default     = 20
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "events" {
  name                       = var.name
  visibility_timeout_seconds = var.function_timeout * 6
  message_retention_seconds  = 1209600
  sqs_managed_sse_enabled    = true
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })
}

data "aws_s3_bucket" "this" {
  bucket = var.bucket
}

data "aws_iam_policy_document" "queue" {
  statement {
    sid       = "FromTheBucket"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.events.arn]
    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [data.aws_s3_bucket.this.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "events" {
  queue_url = aws_sqs_queue.events.url
  policy    = data.aws_iam_policy_document.queue.json
}

resource "aws_s3_bucket_notification" "this" {
  bucket = data.aws_s3_bucket.this.id

  queue {
    queue_arn = aws_sqs_queue.events.arn
    events    = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*", "s3:ObjectRestore:Completed"]
  }

  depends_on = [aws_sqs_queue_policy.events]
}

data "aws_iam_policy_document" "take" {
  statement {
    sid       = "Take"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.events.arn]
  }
}

resource "aws_iam_role_policy" "take" {
  role   = var.function_role_name
  policy = data.aws_iam_policy_document.take.json
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn                   = aws_sqs_queue.events.arn
  function_name                      = var.function_arn
  batch_size                         = 10
  maximum_batching_window_in_seconds = 20
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.concurrency
  }

  depends_on = [aws_iam_role_policy.take]
}

resource "aws_cloudwatch_metric_alarm" "dead" {
  alarm_name          = "${var.name}-dead"
  alarm_description   = "Objects could not be scanned five times in a row."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
}

output "queue_arn" {
  value = aws_sqs_queue.events.arn
}

output "dead_letter_queue_url" {
  value = aws_sqs_queue.dead.url
}
