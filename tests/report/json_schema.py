# SPDX-License-Identifier: Apache-2.0
"""Validates JSON by the part of JSON Schema that weft's schemas use, and nothing else."""
import re

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
         "boolean": bool, "null": type(None)}


def has_type(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def violations(value: object, schema: dict, root: dict, where: str) -> list[str]:
    """What is wrong with `value`, a line each; `where` is what it is called there."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return violations(value, root["$defs"][name], root, where)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if not any(has_type(value, name) for name in types):
        return [f"{where}: {value!r} is no {' or '.join(types)}"]
    found = []
    if value is None:
        return found
    if "const" in schema and value != schema["const"]:
        found.append(f"{where}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is none of {schema['enum']}")
    if "minimum" in schema and value < schema["minimum"]:
        found.append(f"{where}: {value!r} is below {schema['minimum']}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{where}: {value!r} is not like {schema['pattern']}")
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties")
        found += [f"{where}: {name} is missing" for name in schema.get("required", ())
                  if name not in value]
        for name, part in value.items():
            if name in properties or others:
                found += violations(part, properties.get(name, others), root, f"{where}.{name}")
            else:
                found.append(f"{where}: {name} is not documented")
    if isinstance(value, list):
        for i, part in enumerate(value):
            found += violations(part, schema["items"], root, f"{where}[{i}]")
    return found
