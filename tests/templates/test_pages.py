"""Every page and fragment says what its value holds, and asks nothing that the value does not have."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.template.backends.django import get_installed_libraries
from django.template.loader import get_template
from django.test import RequestFactory

from tests.templates import samples as s
from tests.templates.sample_pages import FRAGMENTS, PAGES

ALL = PAGES | FRAGMENTS
TEMPLATES = Path(settings.BASE_DIR) / "templates"
ID = re.compile(r'\sid="([^"]+)"')
POINTER = re.compile(r'\s(?:for|aria-labelledby|aria-describedby)="([^"]+)"')


def rendered(name: str) -> str:
    """The page as the browser gets it."""
    template, context = ALL[name]
    return get_template(template).render({"frame": s.FRAME, **context}, RequestFactory().get("/"))


@pytest.mark.parametrize("name", ALL)
def test_page_asks_only_for_what_its_value_has(name: str) -> None:
    template, context = ALL[name]
    engine = Engine(
        dirs=[str(TEMPLATES)],
        app_dirs=True,
        string_if_invalid="[missing %s]",
        libraries=get_installed_libraries(),
    )
    blank = {"page": "", "messages": (), "over": "", "csrf_token": "t", "next": "/", "frame": s.FRAME}
    html = engine.get_template(template).render(Context(blank | context))
    missing = {m for m in re.findall(r"\[missing ([^\]]+)\]", html) if not optional(m, name)}
    assert not missing


def optional(variable: str, name: str) -> bool:
    """Names that an include may leave out, and the page value that error pages do without."""
    words = {
        "id",
        "target",
        "row",
        "class",
        "autofocus",
        "first",
        "top",
        "cols",
        "page.open_code",
        "frame.person",
    }
    return variable in words or ("page" not in ALL[name][1] and variable.startswith("page."))


@pytest.mark.parametrize("name", ALL)
def test_ids_are_unique_and_pointers_meet_them(name: str) -> None:
    html = rendered(name)
    ids = ID.findall(html)
    assert len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1]
    if name in PAGES:
        wanted = {word for text in POINTER.findall(html) for word in text.split()}
        assert wanted <= set(ids)


@pytest.mark.parametrize("name", ALL)
def test_post_forms_carry_token_and_csrf(name: str) -> None:
    html = rendered(name)
    for form in re.findall(r'<form\b[^>]*method="post".*?</form>', html, re.DOTALL):
        assert "csrfmiddlewaretoken" in form
        if 'name="token"' in form:
            assert 'name="version"' in form


@pytest.mark.parametrize("name", PAGES)
def test_page_has_one_title_and_shows_the_watermark(name: str) -> None:
    html = rendered(name)
    assert html.count("<h1") == 1
    assert "Demonstration site - not for GMP use" in html


@pytest.mark.req("R211")
def test_open_field_records_one_value_by_itself() -> None:
    html = rendered("_field")
    assert 'method="post" action="/batches/EV-26-0014/phases/26/total/record/"' in html
    assert 'hx-post="/batches/EV-26-0014/phases/26/total/check/"' in html
    assert "not recorded" in html
    assert 'aria-label="Record Total cells"' in html


@pytest.mark.case("SIG-04")
def test_signature_shows_name_meaning_time_with_zone() -> None:
    html = rendered("deviation")
    for text in ("A. Operator", "Performed", "2026-10-23 09:49:02 +02:00"):
        assert text in html


def test_blind_count_page_holds_no_first_count() -> None:
    _, context = ALL["_blind_count"]
    assert context["blind"].compare is None
    assert "1.45" not in rendered("_blind_count")


def test_correction_shows_old_value_reason_and_impact() -> None:
    html = rendered("_correct")
    assert '<span class="struck">5.8\u00a0×\u00a010<span class="e">⁴</span></span>' in html
    assert "Becomes void" in html
    assert "An empty reason is not a reason" in html


def test_power_of_ten_is_never_a_raised_element() -> None:
    assert "<sup" not in "".join(rendered(name) for name in ALL)


def test_user_text_is_escaped() -> None:
    html = get_template("components/notice.html").render(
        {"notice": {"kind": "info", "text": "<script>alert(10⁴)</script>", "strong": ""}}
    )
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def screen_templates() -> list[str]:
    """All but the paper ones, which have an engine of their own."""
    names = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
    return [name for name in names if not name.startswith("pdf/")]


@pytest.mark.parametrize("name", screen_templates())
def test_template_compiles(name: str) -> None:
    assert get_template(name).template.nodelist is not None
