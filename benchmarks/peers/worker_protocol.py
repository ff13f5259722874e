"""The Python side of worker.ts: one JSON object a line, commands in, events out."""

import json
import resource
import sys

# Libraries print to stdout; the protocol keeps the real one for itself.
_events = sys.stdout
sys.stdout = sys.stderr


def commands():
    """Yields the parent's commands until it closes the pipe."""
    for line in iter(sys.stdin.readline, ""):
        yield json.loads(line)


def send(event, **fields):
    """Tells the parent something, with this process's peak resident memory so far."""
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fields = {"event": event, **fields, "maxRssBytes": peak_kib * 1024}
    _events.write(json.dumps(fields) + "\n")
    _events.flush()
