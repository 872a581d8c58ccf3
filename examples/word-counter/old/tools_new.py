"""The tools of the site."""

TOOLS = [
    {
        "id": 9991,
        "slug": "upper-case",
        "name": "Upper Case",
        "summary": "Turns a text into capital letters.",
    },
    {
        "id": 9992,
        "slug": "reverse",
        "name": "Reverse",
        "summary": "Turns a text around.",
    },
    {
        "id": 9993,
        "slug": "word-counter",
        "name": "Word Counter",
        "summary": "Counts words.",
    },
]
