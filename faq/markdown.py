"""The little Markdown in which answers are written: bold, lists, links, paragraphs. Anything else is text."""

import html
import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_READER = MarkdownIt("zero", {"html": False, "linkify": False, "breaks": True}).enable(
    ["emphasis", "list", "link", "newline", "escape"]
)
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
_LINK = re.compile(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>')


def to_html(text: str) -> SafeString:
    """What stands in a page, with nothing in it but the tags of the little Markdown."""
    clean = nh3.clean(
        _READER.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "tel"},
        link_rel="noopener",
    )
    return mark_safe(clean.strip())  # noqa: S308 - cleaned just now


def to_text(text: str) -> str:
    """The same without any signs, for chats: a link is its words and, behind them, its address."""
    lined = _LINK.sub(r"\2 (\1)", to_html(text)).replace("<li>", "- ")
    lined = re.sub(r"(</(?:p|li|ul|ol)>|<br>)\s*", "\n", lined)
    plain = html.unescape(nh3.clean(lined, tags=set()))
    return re.sub(r"\n{2,}", "\n", plain).strip()
