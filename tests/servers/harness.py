"""What the Python servers have in common: they listen on loopback, log each request, and obey their administrator.

The administrator writes a command a line to standard input, `{"command": name, "value": …}`, and reads a line for each
that was carried out. The end of the input ends the server.
"""

import json
import logging
import os
import sys
import threading

from waitress.server import create_server

SETTINGS = json.loads(sys.argv[1])

# One that waits for a thread is served all the same.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def serve(application, commands):
    server = create_server(logged(application), host="127.0.0.1", port=SETTINGS["port"], threads=8)
    threading.Thread(target=obey, args=[commands], daemon=True).start()
    tell({"port": server.effective_port})
    server.run()


def logged(application):
    """A line is in the log before anybody can have the answer."""

    def attend(environ, start_response):
        def begin(status, headers, *rest):
            line = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "status": int(status[:3])}
            with open(SETTINGS["log"], "a") as log:
                log.write(json.dumps(line) + "\n")
            return start_response(status, headers, *rest)

        return application(environ, begin)

    return attend


def obey(commands):
    for line in sys.stdin:
        order = json.loads(line)
        commands[order["command"]](order.get("value"))
        tell({"done": order["command"]})
    os._exit(0)


def tell(fact):
    print(json.dumps(fact), flush=True)
