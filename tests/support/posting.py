"""A person who posts forms over a bare connection, so that a test knows exactly what went out and what came back."""

import http.client
import re
import socket
from urllib.parse import urlencode

from tests.builders import PASSWORD

LOST = 0


class Poster:
    """One signed-in session. `post` returns the status and text of the answer, or (LOST, "") when none came."""

    def __init__(self, host: str, port: int, user_id: str) -> None:
        self.host, self.port = host, port
        self.cookies: dict[str, str] = {}
        self._ask("GET", "/people/sign-in/")
        status, _ = self._ask("POST", "/people/sign-in/", {"username": user_id, "password": PASSWORD})
        assert status == 302, status

    def post(self, path: str, data: dict[str, str]) -> tuple[int, str]:
        try:
            return self._ask("POST", path, data)
        except (OSError, http.client.HTTPException):
            return LOST, ""

    def raw(self, path: str, data: dict[str, str]) -> bytes:
        """The whole request as it goes over the line."""
        body = self._body(data)
        head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in self._headers(body).items())
        return (head + "Connection: close\r\n\r\n" + body).encode()

    def cut(self, path: str, data: dict[str, str], after: int) -> None:
        """Send the first `after` bytes of a request and hang up without reading an answer."""
        with socket.create_connection((self.host, self.port), 30) as connection:
            connection.sendall(self.raw(path, data)[:after])

    def _body(self, data: dict[str, str]) -> str:
        return urlencode({**data, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})

    def _headers(self, body: str) -> dict[str, str]:
        return {
            "Host": f"{self.host}:{self.port}", "Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body)),
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }  # fmt: skip

    def _ask(self, method: str, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        body = self._body(data) if data else ""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request(method, path, body, self._headers(body))
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
