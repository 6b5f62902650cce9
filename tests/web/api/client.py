"""A portal's program, written against what a public generator makes of the document: creates an invitation, opens it,
answers as a citizen, and reads a figure. Prints what it found as JSON."""

import datetime
import json
import re
import sys

import httpx
from hailong_client import AuthenticatedClient
from hailong_client.api.default import create_invitations, show_figures, show_invitation
from hailong_client.models import (
    Asked,
    AskedChannel,
    AskedEvent,
    Invitation,
    PeriodFigures,
    ShowFiguresBy,
    ShowFiguresIndicator,
    Standing,
)


def answer(link: str) -> None:
    with httpx.Client() as citizen:
        page = citizen.get(link).text
        visit = re.findall(r'name="visit" value="([^"]+)"', page)[0]
        name = re.findall(r'type="radio" name="([^"]+)"', page)[0]
        sent = citizen.post(link, data={"visit": visit, name: "5"})
        assert sent.status_code == 303, sent.text


def trip(base: str, key: str, number: str) -> dict[str, object]:
    api = AuthenticatedClient(base_url=base, token=key)
    asked = Asked(
        case=number,
        procedure="1.005092",
        unit="SGD-GL.MC",
        event=AskedEvent.FINISHED,
        channel=AskedChannel.ONLINE,
    )
    made = create_invitations.sync(client=api, body=asked, idempotency_key=f"py-{number}")
    assert isinstance(made, Invitation), made
    before = show_invitation.sync(made.id, client=api)
    answer(made.link)
    after = show_invitation.sync(made.id, client=api)
    assert isinstance(before, Standing) and isinstance(after, Standing), after
    year = show_figures.sync(
        client=api,
        period=str(datetime.date.today().year),
        indicator=ShowFiguresIndicator.PROCEDURES,
        by=ShowFiguresBy.DEPARTMENT,
    )
    assert isinstance(year, PeriodFigures), year
    return {"before": before.status.value, "after": after.status.value, "n": year.figures[0].n}


print(json.dumps(trip(*sys.argv[1:4])))
