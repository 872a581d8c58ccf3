"""A website of small tools for texts."""

from flask import Flask, abort, render_template, request

from counting import count
from settings import GREETING
from tools_new import TOOLS
from version import VERSION
from visits import add_visit

app = Flask(__name__)


@app.get("/")
def index():
    return render_template("index.html", tools=TOOLS, visits=add_visit())


@app.route("/tools/<slug>", methods=["GET", "POST"])
def detail(slug):
    tool = next((tool for tool in TOOLS if tool["slug"] == slug), None)
    if tool is None:
        abort(404)
    text = request.form.get("text", "")
    return render_template("detail_new.html", tool=tool, text=text, counts=count(text))


@app.context_processor
def shown_everywhere():
    return {"greeting": GREETING, "version": VERSION}


@app.after_request
def name_version(response):
    response.headers["X-Words-Version"] = VERSION
    return response
