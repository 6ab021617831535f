"""A server in a process of its own on loopback, and a proxy before it for harness.py."""

import ctypes
import http.client
import signal
import socket
import subprocess
import time

PR_SET_PDEATHSIG = 1


class ChildServer:
    def __init__(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = None

    def start(self, command, **options):
        """Starts it so that it ends with this process, and waits until it listens."""
        end_with_parent = lambda: ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        self.process = subprocess.Popen(command, preexec_fn=end_with_parent, stdout=subprocess.DEVNULL, **options)
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"{command[0]} ended with {self.process.returncode}: see its output above.")
                time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def ask(self, method, path, body=None, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response, response.read()

    def proxy(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {"Content-Type": environ.get("CONTENT_TYPE", ""), "Authorization": environ.get("HTTP_AUTHORIZATION", "")}
        present = {name: value for name, value in headers.items() if value}
        response, body = self.ask(environ["REQUEST_METHOD"], environ["PATH_INFO"], body, present)
        hop = ("connection", "content-length", "transfer-encoding", "keep-alive")
        kept = [(name, value) for name, value in response.getheaders() if name.lower() not in hop]
        start_response(f"{response.status} {response.reason}", [*kept, ("Content-Length", str(len(body)))])
        return [body]
