"""A responder as badly made ones are: it answers every mail with a new one that bears no mark of a machine.

Postfix runs it for each mail: responder.py PORT SENDER RECIPIENT, the mail on its standard input.
"""

import email.message
import email.utils
import smtplib
import sys

port, sender, recipient = sys.argv[1:]
sys.stdin.buffer.read()
if not sender:
    sys.exit()  # A report of the mail server, which even this one leaves alone.
answer = email.message.EmailMessage()
answer["From"] = recipient
answer["To"] = sender
answer["Date"] = email.utils.localtime()
answer["Message-ID"] = email.utils.make_msgid(domain="robot.example")
answer["Subject"] = "人工智能产业调查表"
answer.set_content("我近日出差，来信已收到，回来后尽快处理。")
with smtplib.SMTP("127.0.0.1", int(port)) as server:
    server.send_message(answer, from_addr=recipient, to_addrs=[sender])
