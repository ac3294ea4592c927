"""A host: a server whose page takes a given time of one core. host.py ADDRESS PORT MILLISECONDS"""
import hashlib
import http.server
import sys
import time

address, port, page = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) / 1000


class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        end = time.thread_time() + page
        text = b"page"
        while time.thread_time() < end:
            text = hashlib.sha256(text).hexdigest().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer.request_queue_size = 128
http.server.ThreadingHTTPServer((address, port), Page).serve_forever()
