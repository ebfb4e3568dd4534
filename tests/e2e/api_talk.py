"""What the end-to-end tests of the local API share."""
import json
import socket

from kith_e2e import DEADLINE, ApiError


def practice(title, **body):
    return {"kind": "practice", "body": {"title": title, **body}}


def publish(city, *titles):
    """Publishes one record a title in one call; returns the ids."""
    answer = city.call("record.publish", records=[practice(title) for title in titles])
    assert [r["status"] for r in answer["records"]] == ["new"] * len(titles), answer
    return [r["id"] for r in answer["records"]]


def refused(call, code, *words):
    """The call ends in this error, and its message has these words. Returns its data."""
    try:
        result = call()
    except ApiError as error:
        assert error.code == code, error
        for word in words:
            assert word in error.message, f"{word!r} is missing: {error.message}"
        return error.data
    raise AssertionError(f"not refused: {result}")


def talk(city, data, which="api.sock"):
    """Sends bytes, closes the sending half, and returns the objects that come back until the end."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(DEADLINE)
        s.connect(city.path(which))
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := s.recv(65536):
            answer += chunk
    assert not answer or answer.endswith(b"\n")
    return [json.loads(line) for line in answer.decode().split("\n")[:-1]]


def request(method, number=1, **params):
    line = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return json.dumps(line).encode() + b"\n"
