"""The phrase book: what a phrase finds, and what it costs."""

import time

import pytest

from analysis.backends.builtin.phrases import PhraseBook, is_denied, is_supposed


def said(phrase: str, text: str) -> list[str]:
    return [text[found.start : found.end] for found in PhraseBook({"label": [phrase]}).find(text)]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("think about it", "let me think, about it", ["think, about it"]),
        ("(a bit|too)? steep", "that's a bit steep", ["a bit steep"]),
        ("(a bit|too)? steep", "steep hills", ["steep"]),
        ("i'd have to ... research", "i would have to do some research", ["i would have to do some research"]),
        ("don't want", "dont want, do not want, don't want", ["dont want", "do not want", "don't want"]),
        ("we'll see", "well see", []),
        ("soch ke bata~", "soch ke batata hoon", ["soch ke batata"]),
        ("call * back", "call her back", ["call her back"]),
        ("नहीं चाहिए", "मुझे नहीं चाहिए।", ["नहीं चाहिए"]),
        ("now", "i know nowadays", []),
        ("no thank you?", "no thank", ["no thank"]),
    ],
)
def test_a_phrase_is_found_as_people_say_it(phrase: str, text: str, found: list[str]) -> None:
    assert said(phrase, text) == found


@pytest.mark.parametrize("phrase", ["(a|b", "a)", "* ...", "it ..."])
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PhraseBook({"label": [phrase]})


def test_of_words_that_overlap_the_longer_phrase_counts() -> None:
    found = PhraseBook({"label": ["call me", "call me back"]}).find("please call me back")
    assert [(each.start, each.end) for each in found] == [(7, 19)]


@pytest.mark.parametrize("text", ["it's not that ", "no ", "don't find it ", "nahi "])
def test_a_no_right_before_denies(text: str) -> None:
    assert is_denied(text + "expensive", len(text))


@pytest.mark.parametrize("text", ["no, it is rather ", "not today, it's "])
def test_a_no_further_off_denies_nothing(text: str) -> None:
    assert not is_denied(text + "expensive", len(text))


def test_what_would_be_under_a_condition_is_supposed() -> None:
    text = "if it were free i'd take it"
    assert is_supposed(text, text.index("i'd"))
    assert not is_supposed("i'd take it", 0)


def test_time_grows_with_the_text_alone() -> None:
    book = PhraseBook({"label": ["think ... about ... it", "(no|not|never) ... (want|need) it"]})
    text = "i think of no one and not of what we want or need "
    short, long = _seconds(book, text * 20), _seconds(book, text * 400)
    assert long < 60 * max(short, 0.0005)


def _seconds(book: PhraseBook, text: str) -> float:
    start = time.process_time()
    book.find(text)
    return time.process_time() - start
