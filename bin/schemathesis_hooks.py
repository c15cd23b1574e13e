# SPDX-License-Identifier: Apache-2.0
"""Teaches schemathesis to send JSON Lines: a body of the media type application/x-ndjson is sent as it is."""
import schemathesis


@schemathesis.serializer("application/x-ndjson")
def json_lines(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()
