"""Prints a file of YAML documents as a JSON array. With a second file, a JSON schema, the first document is checked against it."""

import json
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    documents = [document for document in yaml.safe_load_all(file) if document is not None]
if len(sys.argv) > 2:
    import jsonschema

    with open(sys.argv[2], encoding="utf-8") as file:
        jsonschema.validate(documents[0], json.load(file))
print(json.dumps(documents))
