"""What Schemathesis must know of the interface besides its document: how lines of JSON are written and read, and that
in a list each has a result of its own."""

import json

import schemathesis
from schemathesis.generation import GenerationMode

MAKE = "POST /api/v1/invitations"
TELL = "POST /api/v1/cases"
LINES = "application/x-ndjson"


@schemathesis.serializer(LINES)
def one_line(ctx, value) -> bytes:
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer(LINES)
def first_line(ctx, response) -> object:
    return json.loads(response.content.splitlines()[0])


@schemathesis.deserializer("text/html", "image/png")
def text(ctx, response) -> str:
    return response.content.decode("latin-1")


@schemathesis.check
def only_in_a_list_is_what_is_wrong_answered_by_itself(ctx, response, case) -> None:
    """200 says that a list was read: it holds a result for each, and each that is wrong is refused in its own."""
    if case.operation.label not in (MAKE, TELL) or response.status_code >= 300:
        return
    # One case is answered as a list of one.
    several = case.operation.label == TELL or isinstance(case.body, list) or case.media_type == LINES
    if not several:
        assert case.meta is None or case.meta.generation.mode != GenerationMode.NEGATIVE, "it was wrong, and accepted"
        return
    if case.media_type == LINES:
        results = [json.loads(line) for line in response.content.splitlines()]
    else:
        results = response.json()
        assert len(results) == (len(case.body) if isinstance(case.body, list) else 1), "a result for each"
    for result in results:
        assert ("problem" in result) == (result["status"] >= 400), result
