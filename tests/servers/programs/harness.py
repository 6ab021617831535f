"""What the Python servers share: they listen on loopback, log each request, and take commands on standard input.

A command is one line of JSON, `{"command": name, "value": …}`. The server prints a line when it has carried the command
out, and ends when its input ends.
"""

import json
import logging
import os
import sys
import threading

from waitress.server import create_server

SETTINGS = json.loads(sys.argv[1])

# A warning about requests that wait for a thread would be noise: they are served.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def serve(application, commands):
    server = create_server(logged(application), host="127.0.0.1", port=SETTINGS["port"], threads=8)
    threading.Thread(target=read_commands, args=[commands], daemon=True).start()
    report({"port": server.effective_port})
    server.run()


def logged(application):
    """The line is in the log before the client gets the response."""

    def respond(environ, start_response):
        def begin(status, headers, *rest):
            line = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "status": int(status[:3])}
            with open(SETTINGS["log"], "a") as log:
                log.write(json.dumps(line) + "\n")
            return start_response(status, headers, *rest)

        return application(environ, begin)

    return respond


def read_commands(commands):
    for line in sys.stdin:
        message = json.loads(line)
        commands[message["command"]](message.get("value"))
        report({"done": message["command"]})
    os._exit(0)


def report(fact):
    print(json.dumps(fact), flush=True)
