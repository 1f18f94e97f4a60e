"""What can go wrong between a client and a server."""
from __future__ import annotations

import json
from typing import Any, Mapping, Optional


class FacetError(Exception):
    """The server's refusal: a problem document (RFC 9457), or what another server in between answered.

    status: HTTP status
    code: stable word for the reason, such as "UNKNOWN_PACK"; None if the answer isn't a problem document
    detail: sentence that says what is wrong
    request_id: id by which the server's log names the request
    problem: the document with all its members
    """

    def __init__(self, status: int, problem: Mapping[str, Any]):
        self.status = status
        self.problem = dict(problem)
        self.code: Optional[str] = self.problem.get("code")
        self.detail: str = str(self.problem.get("detail") or self.problem.get("title") or "no reason given")
        self.request_id: Optional[str] = self.problem.get("requestId")
        super().__init__("%s %s: %s" % (status, self.code or "", self.detail))

    @classmethod
    def of(cls, status: int, content: bytes) -> "FacetError":
        """The refusal that an answer's body describes."""
        try:
            problem = json.loads(content)
        except ValueError:
            problem = None
        if not isinstance(problem, dict):
            problem = {"detail": content[:200].decode("utf-8", "replace").strip()}
        return cls(status, problem)


class Unreachable(Exception):
    """No answer: nothing listens at the address, the connection broke, or the client's own time was over."""
