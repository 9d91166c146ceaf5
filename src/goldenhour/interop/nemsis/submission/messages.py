"""The SOAP 1.1 messages of the NEMSIS V3 web service: written and read, document/literal."""

import msgspec
from lxml import etree

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.report import DataSet, Failure
from goldenhour.interop.nemsis.rules.stylesheet import SVRL
from goldenhour.interop.nemsis.submission.status import DATA_SCHEMA

WS = "http://ws.nemsis.org/"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ACTION = {name: f"{WS}{name}" for name in ("SubmitData", "RetrieveStatus", "QueryLimit")}


class NotUnderstood(ValueError):
    """A message that is not one of the web service's."""


class SoapFault(RuntimeError):
    """The other side answered with a SOAP fault instead of a status."""


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """The credentials that stand in every request."""

    username: str
    password: str
    organization: str

    def __repr__(self) -> str:
        return f"Login(username={self.username!r}, organization={self.organization!r})"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A response: its status, the submission's number (`handle`), the size limit, and what was found wrong.

    The receiver writes schema faults as `findings`, failed rules as `failed` (they travel as SVRL) and its own
    fault as `server_error`; the client reads all of them as `findings`."""

    status: int
    handle: str = ""
    limit_kb: int = 0
    findings: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    server_error: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the receiver reads it. `document` is the submitted data set."""

    operation: str
    login: Login
    handle: str = ""
    data_schema: int = 0
    schema_version: str = ""
    document: bytes = b""


def submit_data(document: bytes, *, data_set: DataSet, schema_version: str, login: Login, note: str) -> bytes:
    """A SubmitData request around a document. Raises HostileXml when the document is not well formed."""
    envelope, request = _envelope("SubmitDataRequest")
    _add_login(request, login, "SubmitData")
    payload = _add(_add(request, "submitPayload"), "payloadOfXmlElement")
    payload.append(safe_xml.parse(document))
    _add(request, "requestDataSchema", str(DATA_SCHEMA[data_set]))
    _add(request, "schemaVersion", schema_version)
    _add(request, "additionalInfo", note)
    return _written(envelope)


def retrieve_status(handle: str, *, login: Login, note: str) -> bytes:
    """A RetrieveStatus request."""
    envelope, request = _envelope("RetrieveStatusRequest")
    _add_login(request, login, "RetrieveStatus")
    _add(request, "requestHandle", handle)
    _add(request, "originalRequestType", "SubmitData")
    _add(request, "additionalInfo", note)
    return _written(envelope)


def query_limit(*, login: Login) -> bytes:
    """A QueryLimit request."""
    envelope, request = _envelope("QueryLimitRequest")
    _add_login(request, login, "QueryLimit")
    return _written(envelope)


def read_request(message: bytes) -> Request:
    """What a client asks. Raises NotUnderstood or HostileXml."""
    body = _body(message)
    name = etree.QName(body).localname
    operation = name.removesuffix("Request")
    if operation not in ACTION or name == operation:
        raise NotUnderstood(f"{name} is not an operation; accepted are {', '.join(ACTION)}")
    login = Login(
        username=_text(body, "username"), password=_text(body, "password"), organization=_text(body, "organization")
    )
    code = _text(body, "requestDataSchema")
    payload = body.find(f"{_ws('submitPayload')}/{_ws('payloadOfXmlElement')}")
    content = None if payload is None else next(payload.iterchildren("*"), None)
    return Request(
        operation=operation,
        login=login,
        handle=_text(body, "requestHandle"),
        data_schema=int(code) if code.isdecimal() else 0,
        schema_version=_text(body, "schemaVersion"),
        document=b"" if content is None else etree.tostring(content, encoding="UTF-8", with_tail=False),
    )


def submit_answer(answer: Answer) -> bytes:
    """A SubmitData response with its reports."""
    envelope, response = _envelope("SubmitDataResponse")
    _add(response, "requestType", "SubmitData")
    _add(response, "requestHandle", answer.handle)
    _add(response, "statusCode", str(answer.status))
    _add_report(_add(response, "reports"), answer)
    return _written(envelope)


def status_answer(answer: Answer) -> bytes:
    """A RetrieveStatus response; the reports only where there is a result."""
    envelope, response = _envelope("RetrieveStatusResponse")
    _add(response, "requestType", "RetrieveStatus")
    _add(response, "statusCode", str(answer.status))
    _add(response, "requestHandle", answer.handle)
    _add(response, "originalRequestType", "SubmitData")
    if answer.status > 0 or -40 < answer.status <= -10:
        _add_report(_add(_add(response, "retrieveResult"), "retrieveSubmitStatus"), answer)
    return _written(envelope)


def limit_answer(answer: Answer) -> bytes:
    """A QueryLimit response."""
    envelope, response = _envelope("QueryLimitResponse")
    _add(response, "requestType", "QueryLimit")
    _add(response, "limit", str(answer.limit_kb))
    _add(response, "statusCode", str(answer.status))
    return _written(envelope)


def fault_answer(text: str) -> bytes:
    """A SOAP fault: the request was not understood."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    fault = etree.SubElement(etree.SubElement(envelope, f"{{{SOAP}}}Body"), f"{{{SOAP}}}Fault")
    etree.SubElement(fault, "faultcode").text = "soap:Client"
    etree.SubElement(fault, "faultstring").text = text
    return _written(envelope)


def read_answer(message: bytes) -> Answer:
    """What the receiver answered. Raises SoapFault, NotUnderstood or HostileXml."""
    body = _body(message)
    if body.tag == f"{{{SOAP}}}Fault":
        raise SoapFault(body.findtext("faultstring") or "a fault without a reason")
    status = _text(body, "statusCode").strip()
    if not status.removeprefix("-").isdecimal():
        raise NotUnderstood(f"the answer has no status code but {status!r}")
    limit = _text(body, "limit").strip()
    return Answer(
        status=int(status),
        handle=_text(body, "requestHandle"),
        limit_kb=int(limit) if limit.removeprefix("-").isdecimal() else 0,
        findings=_findings(body),
    )


def _findings(body: etree._Element) -> tuple[str, ...]:
    found = [e.text or "" for e in body.iter(_ws("errorMessage"), _ws("serverErrorMessage"))]
    for fault in body.iter(_ws("xmlError")):
        description = fault.findtext(_ws("desc"))
        found += [f"{element.text}: {description}" for element in fault.iter(_ws("elementName"))]
    for failed in body.iter(f"{{{SVRL}}}failed-assert", f"{{{SVRL}}}successful-report"):
        text = " ".join("".join(failed.find(f"{{{SVRL}}}text").itertext()).split())
        found.append(f"{text} ({failed.get('id')})")
    return tuple(found)


def _add_report(report: etree._Element, answer: Answer) -> None:
    if answer.server_error:
        _add(_add(report, "serverErrorReport"), "serverErrorMessage", answer.server_error)
    errors = _add(report, "xmlValidationErrorReport")
    _add(errors, "totalErrorCount", str(len(answer.findings)))
    if answer.findings:
        fault = _add(errors, "xmlError")
        _add(fault, "desc", "XML validation")
        listed = _add(fault, "xmlGeneralErrorList")
        for text in answer.findings:
            _add(listed, "errorMessage", text)
    if answer.failed:
        complete = _add(_add(report, "schematronReport"), "completeSchematronReport")
        payload = _add(_add(complete, "completeReport"), "payloadOfXmlElement")
        payload.append(_svrl(answer.failed))


def _svrl(failed: tuple[Failure, ...]) -> etree._Element:
    output = etree.Element(f"{{{SVRL}}}schematron-output", nsmap={"svrl": SVRL})
    for failure in failed:
        element = etree.SubElement(output, f"{{{SVRL}}}failed-assert", id=failure.id, location=failure.location)
        element.set("test", "")
        element.set("role", failure.role)
        etree.SubElement(element, f"{{{SVRL}}}text").text = failure.text
    return output


def _envelope(name: str) -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "ws": WS})
    return envelope, etree.SubElement(etree.SubElement(envelope, f"{{{SOAP}}}Body"), _ws(name))


def _add_login(request: etree._Element, login: Login, operation: str) -> None:
    _add(request, "username", login.username)
    _add(request, "password", login.password)
    _add(request, "organization", login.organization)
    _add(request, "requestType", operation)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, _ws(name))
    element.text = text
    return element


def _body(message: bytes) -> etree._Element:
    envelope = safe_xml.parse(message)
    body = envelope.find(f"{{{SOAP}}}Body")
    content = None if body is None else next(body.iterchildren("*"), None)
    if content is None:
        raise NotUnderstood("the message is not a SOAP 1.1 envelope with a body")
    return content


def _text(parent: etree._Element, name: str) -> str:
    return parent.findtext(_ws(name)) or ""


def _written(envelope: etree._Element) -> bytes:
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


def _ws(name: str) -> str:
    return f"{{{WS}}}{name}"
