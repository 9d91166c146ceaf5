"""Send documents to a state or to the national repository over the NEMSIS web service, and receive them.

`status.py` the codes, `messages.py` the SOAP texts, `client.py` one call, `outbox.py` what waits (a file that
survives a crash), `sender.py` works the outbox, `receiver.py` the other side.
"""
