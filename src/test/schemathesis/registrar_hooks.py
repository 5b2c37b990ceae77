"""What no schema can say: a key belongs to one body. Without this, two generated bodies would now and then share a short
key, and the second be refused, rightly, with idempotency_key_reused."""

import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers
    if headers and "Idempotency-Key" in headers and case.meta is not None and case.meta.generation.mode.is_positive:
        headers["Idempotency-Key"] = f"key-{uuid.uuid4()}"
