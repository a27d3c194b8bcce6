"""Prose of notebooks and pages (MyST Markdown) as blocks: no mark of Markdown is left, links keep their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin

from jeugd_analysis.annex.blocks import Block, Box, Bullets, Heading, Paragraph, Run, Style, Terms, Words
from jeugd_analysis.errors import BuildError

_READ = MarkdownIt("commonmark").enable("table").use(colon_fence_plugin).use(deflist_plugin)
_ROLE = re.compile(r"\{[\w:]+\}$")
_GLUE = "{glue:text}"
_BOX = re.compile(r"\{admonition\}\s*(.+)")
_OPTION = re.compile(r"(?:^:\w[\w-]*:.*\n)+", re.MULTILINE)
_STYLES: dict[str, Style] = {"strong_open": "strong", "em_open": "emph"}


def read_markdown(text: str, glue: Mapping[str, str], *, page: str) -> tuple[Block, ...]:
    """The blocks of a text; `glue` are the sentences that its notebook computed, `page` is named in an error.

    Raises: BuildError ANX-003 for a sentence that is not there and for Markdown that has no form on paper.
    """
    return tuple(_Reader(glue, page).blocks(_READ.parse(text)))


class _Reader:
    """One pass over the tokens of a text."""

    def __init__(self, glue: Mapping[str, str], page: str) -> None:
        self.glue, self.page = glue, page

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        at = 0
        while at < len(tokens):
            token, end = tokens[at], _end(tokens, at)
            inside = tokens[at + 1 : end]
            match token.type:
                case "heading_open":
                    yield Heading(int(token.tag[1:]), self.words(inside[0]))
                case "paragraph_open":
                    if words := self.words(inside[0]):
                        yield Paragraph(words)
                case "bullet_list_open" | "ordered_list_open":
                    items = tuple(self._joined(item) for item in _children(inside, "list_item_open"))
                    yield Bullets(items, numbered=token.type.startswith("ordered"))
                case "dl_open":
                    terms = [self.words(part[0]) for part in _children(inside, "dt_open")]
                    told = [self._joined(part) for part in _children(inside, "dd_open")]
                    yield Terms(tuple(zip(terms, told, strict=True)))
                case "colon_fence":
                    yield self._box(token)
                case "blockquote_open":
                    yield from self.blocks(inside)
                case "hr" | "html_block":  # a comment, or a line between parts
                    pass
                case _:
                    raise self._no_form(token.type)
            at = end + 1

    def _box(self, token: Token) -> Box:
        told = _BOX.match(token.info.strip())
        if told is None:
            raise self._no_form(token.info.strip())
        content = _OPTION.sub("", token.content, count=1) if token.content.startswith(":") else token.content
        return Box(told[1].strip(), tuple(self.blocks(_READ.parse(content))))

    def _joined(self, tokens: Sequence[Token]) -> Words:
        """The words of every paragraph, one after the other."""
        found = [self.words(token) for token in tokens if token.type == "inline"]
        return tuple(run for number, words in enumerate(found) for run in ((Run(" "),) if number else ()) + words)

    def words(self, inline: Token) -> Words:
        """The runs of one paragraph, with the computed sentences in their places."""
        runs: list[Run] = []
        styles: list[Style] = []
        to = ""
        for token in inline.children or ():
            style = styles[-1] if styles else "emph" if to else ""
            match token.type:
                case "text":
                    runs.append(Run(token.content, style, to))
                case "softbreak" | "hardbreak":
                    runs.append(Run(" ", style, to))
                case "code_inline":
                    runs.append(self._code(runs, token, style, to))
                case "strong_open" | "em_open":
                    styles.append(_STYLES[token.type])
                case "strong_close" | "em_close":
                    styles.pop()
                case "link_open":
                    to = PurePosixPath(str(token.attrGet("href"))).stem
                case "link_close":
                    to = ""
                case "html_inline":
                    pass
                case _:
                    raise self._no_form(token.type)
        return tuple(run for run in runs if run.text)

    def _code(self, runs: list[Run], token: Token, style: Style, to: str) -> Run:
        """A name of a computed sentence, or a word in another letter."""
        role = _ROLE.search(runs[-1].text) if runs else None
        if role is None:
            return Run(token.content, style, to)
        if role[0] != _GLUE or token.content not in self.glue:
            raise BuildError(
                "ANX-003",
                wat=f"In {self.page} staat {role[0]}`{token.content}`, en die zin is er niet.",
                doe="bouw het hoofdstuk opnieuw met `jeugd build`; blijft het misgaan, herstel dan het notebook.",
            )
        runs[-1] = Run(runs[-1].text.removesuffix(_GLUE), runs[-1].style, runs[-1].to)
        return Run(self.glue[token.content], style, to)

    def _no_form(self, what: str) -> BuildError:
        return BuildError(
            "ANX-003",
            wat=f"In {self.page} staat iets dat op papier geen vorm heeft: {what}.",
            doe="schrijf dit als tekst, lijst of kader.",
        )


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where the block that opens at `at` closes."""
    if not tokens[at].type.endswith("_open"):
        return at
    closing = tokens[at].type.removesuffix("_open") + "_close"
    return next(n for n in range(at, len(tokens)) if tokens[n].type == closing and tokens[n].level == tokens[at].level)


def _children(tokens: Sequence[Token], kind: str) -> Iterator[Sequence[Token]]:
    at = 0
    while at < len(tokens):
        end = _end(tokens, at)
        if tokens[at].type == kind:
            yield tokens[at + 1 : end]
        at = end + 1
