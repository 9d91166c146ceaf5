"""Call the NEMSIS V3 web service of a state or of the national repository."""

import ssl
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import msgspec

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.report import DataSet
from goldenhour.interop.nemsis.submission import messages
from goldenhour.interop.nemsis.submission.messages import Answer, Login, NotUnderstood, SoapFault

TIMEOUT_S = 60.0
SCHEMA_VERSION = "3.5.1"
ANSWER_LIMIT_BYTES = 32 << 20


class CredentialsRefused(ValueError):
    """The secret file is missing, unreadable or readable by others."""


class Unreachable(ConnectionError):
    """The receiver did not answer, or not in the language of the web service; worth another try later."""


def read_login(path: Path) -> Login:
    """The credentials in a JSON file (`username`, `password`, `organization`) that only its owner may read."""
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as fault:
        raise CredentialsRefused(f"{path}: {fault.strerror}") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CredentialsRefused(f"{path} can be read by others; run: chmod 600 {path}")
    try:
        return msgspec.json.decode(content, type=Login)
    except msgspec.MsgspecError:
        raise CredentialsRefused(
            f'{path} has to hold JSON such as {{"username": "...", "password": "...", "organization": "..."}}'
        ) from None


class SubmissionClient:
    """One receiver. TLS certificates are verified, 1.2 at least; plain http is accepted for this machine only."""

    def __init__(self, endpoint: str, *, login: Login, trusted: Path | None = None) -> None:
        address = httpx.URL(endpoint)
        if address.scheme != "https" and address.host not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError(f"{endpoint}: patient data goes over https only")
        context = ssl.create_default_context(cafile=None if trusted is None else str(trusted))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._endpoint = address
        self._login = login
        self._http = httpx.AsyncClient(verify=context, timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)

    async def submit(self, document: bytes, *, data_set: DataSet, note: str = "Golden Hour") -> Answer:
        """Submit a document. Raises Unreachable."""
        message = messages.submit_data(
            document, data_set=data_set, schema_version=SCHEMA_VERSION, login=self._login, note=note
        )
        return await self._call("SubmitData", message)

    async def status(self, handle: str, *, note: str = "Golden Hour") -> Answer:
        """Ask what became of a submission. Raises Unreachable."""
        return await self._call("RetrieveStatus", messages.retrieve_status(handle, login=self._login, note=note))

    async def limit(self) -> Answer:
        """Ask how large a document may be. Raises Unreachable."""
        return await self._call("QueryLimit", messages.query_limit(login=self._login))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _call(self, operation: str, message: bytes) -> Answer:
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{messages.ACTION[operation]}"'}
        try:
            response = await self._http.post(self._endpoint, content=message, headers=headers)
        except httpx.HTTPError as fault:
            raise Unreachable(f"{self._endpoint.host}: {type(fault).__name__} {fault}".strip()) from None
        if len(response.content) > ANSWER_LIMIT_BYTES:
            raise Unreachable(f"{self._endpoint.host} answered with {len(response.content)} bytes")
        try:
            return messages.read_answer(response.content)
        except SoapFault as fault:
            raise Unreachable(f"{self._endpoint.host} answered with a fault: {fault}") from None
        except (NotUnderstood, safe_xml.HostileXml) as fault:
            raise Unreachable(f"{self._endpoint.host} answered HTTP {response.status_code}: {fault}") from None
