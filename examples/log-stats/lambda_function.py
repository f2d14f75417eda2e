"""Statistics of a web server's access log in the combined (or common) format.

Invoke it with {"log": "..."}, or send the log as the body of a request to its function URL. Answers the
requests by status and by path, the bytes sent with their median and 95th percentile (nearest rank), and
how many lines were no log lines: those are counted, never fatal.
"""

import base64
import binascii
import json
import math
import re
from collections import Counter

# host ident user [time] "request" status bytes, then referrer and user agent that are not needed
LINE = re.compile(
    r'^\S+ \S+ \S+ \[[^\]]{1,64}\] "(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?P<bytes>\d+|-)(?: |$)'
)
HELP = 'send an access log as the body, or invoke with {"log": "..."}'


def lambda_handler(event, context):
    if not is_http_request(event):
        return stats_of(log_of(event))
    try:
        return http_answer(200, stats_of(text_of_body(event)))
    except ValueError as error:
        return http_answer(400, {"error": str(error)})


def stats_of(log):
    statuses, paths, sizes, unparsed = Counter(), Counter(), [], 0
    for line in log.split("\n"):
        line = line.strip()
        if not line:
            continue
        match = LINE.match(line)
        if match is None:
            unparsed += 1
            continue
        statuses[match["status"]] += 1
        paths[path_of(match["request"])] += 1
        # "-" is how a server writes that it sent no body.
        sizes.append(0 if match["bytes"] == "-" else int(match["bytes"]))
    sizes.sort()
    return {
        "lines": len(sizes) + unparsed,
        "parsed": len(sizes),
        "unparsed": unparsed,
        "statuses": dict(sorted(statuses.items())),
        "paths": dict(paths.most_common()),
        "bytes": {
            "total": sum(sizes),
            "p50": nearest_rank(sizes, 50),
            "p95": nearest_rank(sizes, 95),
        },
    }


def path_of(request):
    """The path of `GET /path?query HTTP/1.1`, without its query."""
    parts = request.split(" ")
    return parts[1].split("?", 1)[0] if len(parts) >= 2 else request


def nearest_rank(ordered, percent):
    """The smallest value that at least `percent` percent of the values do not exceed."""
    if not ordered:
        return None
    return ordered[max(math.ceil(percent * len(ordered) / 100), 1) - 1]


def is_http_request(event):
    """True for the event of a function URL (payload format 2.0)."""
    if not isinstance(event, dict) or not isinstance(event.get("requestContext"), dict):
        return False
    return isinstance(event["requestContext"].get("http"), dict)


def log_of(event):
    log = event.get("log") if isinstance(event, dict) else event
    if not isinstance(log, str):
        raise ValueError(HELP)
    return log


def text_of_body(event):
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        try:
            # A log may hold bytes of any encoding: none of them is a reason to refuse it.
            body = base64.b64decode(body, validate=True).decode("utf-8", "replace")
        except binascii.Error:
            raise ValueError("the body is not base64") from None
    if body.lstrip().startswith("{"):
        try:
            return log_of(json.loads(body))
        except json.JSONDecodeError:
            return body
    if not body.strip():
        raise ValueError(HELP)
    return body


def http_answer(status, value):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(value),
    }
