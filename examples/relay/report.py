"""Reports usage from Python through the relay on this machine.

    countinghouse relay --to http://127.0.0.1:8787 --spool ./spool &
    pip install requests && python3 report.py

The relay answers 202 when the event is on disk; it delivers it whenever the server can be reached. Only the relay
itself may be away for a moment (it is being restarted), so a report is tried again a few times, with the same id and
time: a repeat counts once.
"""

import datetime
import time
import uuid

import requests

RELAY = "http://127.0.0.1:8788"
session = requests.Session()


def record_usage(customer_id, service, quantity="1", **properties):
    """Returns the event's id. Raises ValueError for an event that is not valid."""
    now = datetime.datetime.now(datetime.timezone.utc)
    event = {
        "source": "python-service",
        "id": str(uuid.uuid4()),
        "customer_id": customer_id,
        "service": service,
        # Given here, so that a repeat has the same one.
        "time": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        # A string: a float would carry digits that nobody measured.
        "quantity": str(quantity),
        "properties": properties,
    }
    for attempt in range(5):
        try:
            answer = session.post(f"{RELAY}/v1/events", json=event, timeout=5)
        except requests.RequestException:
            answer = None
        if answer is not None and answer.status_code == 202:
            return event["id"]
        if answer is not None and answer.status_code == 422:
            problem = answer.json()
            raise ValueError(f"{problem['code']}: {problem['detail']}")
        time.sleep(0.1 * 2**attempt)
    raise ConnectionError(f"the relay at {RELAY} did not take the event {event['id']}")


if __name__ == "__main__":
    print(record_usage("cust_42", "APIRequests", "2.5", region="eu-west-1"))
