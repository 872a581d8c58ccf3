import type { SourceView } from '../../src/init/source.js';

/** A source with these files; those with text are read, the others are there by name. */
export function makeSource(name: string, texts: Record<string, string>, ...others: string[]): SourceView {
  return { name, files: [...Object.keys(texts), ...others], texts: new Map(Object.entries(texts)) };
}

export const flask = makeSource(
  'word-counter',
  { 'app.py': 'from flask import Flask\n\nfrom counting import count\n\napp = Flask(__name__)\n' },
  'counting.py',
  'templates/index.html',
);

export const django = makeSource(
  'shop',
  {
    'manage.py':
      'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\nexecute_from_command_line()\n',
    'shop/settings.py': 'DEBUG = False\n',
    'shop/wsgi.py': 'application = get_wsgi_application()\n',
    'shop/__init__.py': '',
    'shop/urls.py': '',
  },
  'requirements.txt',
  'static/shop.css',
);

export const fastapi = makeSource(
  'backend',
  { 'app/main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n', 'app/__init__.py': '' },
  'requirements.txt',
);

export const express = makeSource(
  'chat-source',
  {
    'package.json':
      '{\n  "name": "@team/chat",\n  "main": "server.js",\n  "dependencies": { "express": "^4" }\n}\n',
    'server.js': "const app = require('express')();\napp.listen(process.env.PORT || 4000);\n",
  },
  'public/index.css',
);

export const pages = makeSource('pages', {}, 'index.html', 'about.html', 'site.css', 'img/a.svg');

export const unknown = makeSource('thing', {}, 'main.rs', 'Cargo.toml', 'README.md');
