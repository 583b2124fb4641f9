"""docs/custody.md does what it prints."""

from doc_pages import same


def test_every_command_of_the_page_prints_what_stands_there():
    same("docs/custody.md")
