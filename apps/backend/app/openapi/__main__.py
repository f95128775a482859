"""`python -m app.openapi`: writes the description of the API that clients are made from."""

from app.openapi.document import FILE, document

FILE.resolve().parent.mkdir(exist_ok=True)
FILE.write_text(document(), encoding="utf-8")
