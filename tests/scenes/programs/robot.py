"""Mailboxes behind which a program stands: robot.py PORT SENDER RECIPIENT, the mail on its standard input.

Postfix runs it for each mail. `machine` answers everything with a new mail that bears no mark of a machine, as badly made
responders do; `responder` answers everything too and marks its answers; every other address does not exist.
"""

import email.message
import email.utils
import os
import smtplib
import sys

port, sender, recipient = sys.argv[1:]
local = recipient.split("@")[0]
sys.stdin.buffer.read()
if local not in ("machine", "responder"):
    sys.exit(os.EX_NOUSER)
if not sender:
    sys.exit()  # A report of the mail server, which even these leave alone.
answer = email.message.EmailMessage()
answer["From"] = recipient
answer["To"] = sender
answer["Date"] = email.utils.localtime()
answer["Message-ID"] = email.utils.make_msgid(domain="robot.example")
answer["Subject"] = "人工智能产业调查表"
if local == "responder":
    answer["Auto-Submitted"] = "auto-replied"
answer.set_content("我近日出差，来信已收到，回来后尽快处理。")
with smtplib.SMTP("127.0.0.1", int(port)) as server:
    server.send_message(answer, from_addr=recipient, to_addrs=[sender])
