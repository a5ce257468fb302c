"""A browser without a screen: opens an address, says who is there, and follows every redirect,
also the one back to this machine."""

import json
import sys
import urllib.parse
import urllib.request

opener = urllib.request.build_opener(
    urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
)


def glewlwyd(address):
    """Glewlwyd's page is a program; what that would ask is asked here."""
    place = urllib.parse.urlsplit(address)
    client = urllib.parse.parse_qs(place.query)
    cookie = ""
    for method, path, body in [
        ("POST", "/auth/", {"username": "ada", "password": "canary-ada"}),
        ("PUT", f"/auth/grant/{client['client_id'][0]}", {"scope": client["scope"][0]}),
    ]:
        request = urllib.request.Request(
            f"{place.scheme}://{place.netloc}/api{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Cookie": cookie},
            method=method,
        )
        answer = opener.open(request)
        cookie = (answer.headers["Set-Cookie"] or cookie).partition(";")[0]
    request = urllib.request.Request(f"{address}&g_continue", headers={"Cookie": cookie})
    opener.open(request)


def main(address):
    page = opener.open(address)
    if "/login.html" in page.url:
        glewlwyd(address)
    elif b"<form" in page.read():
        opener.open(page.url, urllib.parse.urlencode({"sub": "ada"}).encode())


main(sys.argv[1])
