#!/usr/bin/env python3
"""Takes the signature off jars, in place; one that has none is left alone.

A signed jar's manifest holds a digest of each of its classes. The JVM reads it whole at every start, even if it takes the
classes from an ahead-of-time cache, and takes no signed class into such a cache. What the image holds is told by its own digest.

Usage: unsigned_jar.py JAR...
"""

import os
import re
import sys
import zipfile

SIGNATURE = re.compile(r"META-INF/[^/]+\.(SF|RSA|DSA|EC)", re.IGNORECASE)
MANIFEST = "META-INF/MANIFEST.MF"


def main_section(manifest: bytes) -> bytes:
    """What a manifest says of the jar as a whole: all before the first empty line."""
    return re.split(rb"\r?\n\r?\n", manifest, maxsplit=1)[0] + b"\r\n\r\n"


def strip(path: str) -> bool:
    """Rewrites the jar without its signature; False if it has none."""
    with zipfile.ZipFile(path) as jar:
        if not any(SIGNATURE.fullmatch(name) for name in jar.namelist()):
            return False
        partial = path + ".partial"
        with zipfile.ZipFile(partial, "w") as unsigned:
            for entry in jar.infolist():
                if SIGNATURE.fullmatch(entry.filename):
                    continue
                data = jar.read(entry)
                unsigned.writestr(entry, main_section(data) if entry.filename == MANIFEST else data)
    os.replace(partial, path)
    return True


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(__doc__.strip(), file=sys.stdout if "--help" in sys.argv else sys.stderr)
        return 0 if "--help" in sys.argv else 2
    for path in sys.argv[1:]:
        strip(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
