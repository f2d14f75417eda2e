"""The function of the tests on awslambdaric: see ../README.md for what it does."""

import os
import sys
import time

if os.environ.get("FAIL_INIT"):
    raise ValueError("asked to fail at the start")


def handler(event, context):
    asked = event["do"]
    if asked == "hello":
        print("printed by " + event["name"])
        client = context.client_context.client if context.client_context else None
        return {
            "hello": event["name"],
            "requestId": context.aws_request_id,
            "deadlineMs": int(time.time() * 1000) + context.get_remaining_time_in_millis(),
            "arn": context.invoked_function_arn,
            "traceId": os.environ.get("_X_AMZN_TRACE_ID"),
            "clientContext": client.app_title if client else None,
        }
    if asked == "echo":
        return event
    if asked == "exit":
        sys.stdout.flush()
        os._exit(3)
    raise ValueError("asked to fail: " + event["name"])
