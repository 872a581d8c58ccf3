"""Run by `python3 -m unittest` in the example's folder."""

import unittest

from app import app
from counting import count
from tools_new import TOOLS


class Counting(unittest.TestCase):
    def test_counts_words_characters_and_lines(self):
        self.assertEqual(count("It's a well-known\nfact"), {"words": 4, "characters": 22, "lines": 2})

    def test_an_empty_text_has_nothing(self):
        self.assertEqual(count(""), {"words": 0, "characters": 0, "lines": 0})


class Site(unittest.TestCase):
    def setUp(self):
        self.client = app.test_client()

    def test_every_tool_is_on_the_first_page_and_has_its_own(self):
        first = self.client.get("/").text
        for tool in TOOLS:
            self.assertIn(tool["name"], first)
            self.assertEqual(self.client.get(f"/tools/{tool['slug']}").status_code, 200)

    def test_the_word_counter_counts(self):
        page = self.client.post("/tools/word-counter", data={"text": "one two"}).text
        self.assertIn("2 words, 7 characters, 1 lines", page)

    def test_an_unknown_tool_is_not_found(self):
        self.assertEqual(self.client.get("/tools/nothing").status_code, 404)

    def test_every_answer_names_its_version(self):
        self.assertEqual(self.client.get("/").headers["X-Words-Version"], "2")


if __name__ == "__main__":
    unittest.main()
