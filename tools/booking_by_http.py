"""A citizen without a browser: signs in and books at a demo portal by the forms of its pages."""

import re
from dataclasses import dataclass

import httpx

PHONE = "0905123456"
OFFICE = "cong-an-quan-tan-phu"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PERSON = {
    "relation": "SELF",
    "full_name": "Trần Văn An",
    "personal_id": "049085000123",
    "birth_date": "12/4/1985",
}


@dataclass(frozen=True)
class Addresses:
    """The pages worth a look, and the cookies of the citizen to whom they belong."""

    pages: dict[str, str]
    cookie: str


def book(portal: str, sandbox: str) -> Addresses:
    """Book at the demo's office of Tân Phú. Gives home, a site, the form for a person, and the ticket."""
    with httpx.Client(base_url=portal, follow_redirects=True, trust_env=False, timeout=30) as client:
        _sign_in(client, sandbox)
        office = client.get(f"/don-vi/{OFFICE}/")
        site = re.findall(r'href="(/diem/[^"]+)"', office.text)[0]
        ticket = _begin_and_book(client, office)
        person = _send(client, client.get(f"/don-vi/{OFFICE}/"), f"/don-vi/{OFFICE}/chon-gio/")
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    pages = {"home": "/", "site": site, "book": person.url.path, "ticket": ticket}
    return Addresses({name: f"{portal}{path}" for name, path in pages.items()}, cookie)


def _sign_in(client: httpx.Client, sandbox: str) -> None:
    httpx.post(
        f"{sandbox}/_sandbox/citizens", json={"name": "Trần Văn An", "phone": PHONE}
    ).raise_for_status()
    asked = _send(client, client.get("/dang-nhap/"), phone=PHONE)
    sent = httpx.get(f"{sandbox}/_sandbox/messages", params={"phone": PHONE}).json()["messages"]
    _send(client, asked, code=sent[-1]["template_data"]["otp"])


def _begin_and_book(client: httpx.Client, office: httpx.Response) -> str:
    form = _send(client, office, f"/don-vi/{OFFICE}/chon-gio/")
    people = _send(client, form, **PERSON)
    hours = client.get(people.url.path.replace("/nguoi/", "/gio/"))
    slot = re.findall(r'name="slot" value="([^"]+)"', hours.text)[0]
    booked = _send(client, _send(client, hours, slot=slot), notice="on", messages="on")
    if "/lich-hen/" not in booked.url.path:  # booked by an earlier run
        booked = client.get("/lich-hen/")
        return re.findall(r'href="(/lich-hen/[A-Z0-9]+/)"', booked.text)[0]
    return booked.url.path


def _send(client: httpx.Client, page: httpx.Response, path: str = "", **form: str) -> httpx.Response:
    token = TOKEN.findall(page.text)[0]
    return client.post(path or str(page.url), data={"csrfmiddlewaretoken": token, **form})
