#!/usr/bin/env python3
"""Makes container images without a container engine; Python's standard library is all it needs.

  oci_archive.py layer TREE LAYER
      packs a directory as one compressed layer; LAYER.json keeps its uncompressed digest
  oci_archive.py image ARCHIVE REFERENCE [options] LAYER...
      joins layers into one archive that is both an OCI layout and a `docker save` archive, so that
      `ctr images import`, `docker load`, `podman load` and `kind load image-archive` all read it

The same input gives the same bytes: entries are sorted, belong to root and carry one fixed time.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import stat
import sys
import tarfile

# One second after the epoch: some tools take the epoch itself for "unknown".
FIXED_TIME = 1
CREATED = "1970-01-01T00:00:01Z"


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class HashingWriter:
    """Passes bytes on and remembers their digest and number."""

    def __init__(self, sink):
        self.sink, self.digest, self.size = sink, hashlib.sha256(), 0

    def write(self, data):
        self.digest.update(data)
        self.size += len(data)
        return self.sink.write(data)


def paths_below(tree):
    found = []
    for directory, subdirectories, files in os.walk(tree):
        found += [os.path.join(directory, name) for name in subdirectories + files]
    return sorted(found)


def entry_for(archive, path, tree, owned, uid):
    name = os.path.relpath(path, tree)
    status = os.lstat(path)
    entry = archive.gettarinfo(path, name)
    if entry.islnk():  # a hard link in the tree: store the content again, layers stay independent
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = status.st_size, stat.S_IMODE(status.st_mode)
    if not (entry.isreg() or entry.isdir() or entry.issym()):
        raise SystemExit(f"oci_archive: {path} is neither a file, a directory nor a symbolic link")
    absolute = "/" + name
    is_owned = any(absolute == top or absolute.startswith(top + "/") for top in owned)
    entry.uid = entry.gid = uid if is_owned else 0
    entry.uname = entry.gname = ""
    entry.mtime = FIXED_TIME
    return entry


def make_layer(options):
    partial = options.layer + ".partial"
    with open(partial, "wb") as file:
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=options.level, mtime=0) as packed:
            raw = HashingWriter(packed)
            with tarfile.open(fileobj=raw, mode="w|", format=tarfile.PAX_FORMAT) as archive:
                for path in paths_below(options.tree):
                    entry = entry_for(archive, path, options.tree, options.owned, options.uid)
                    if entry.isreg():
                        with open(path, "rb") as content:
                            archive.addfile(entry, content)
                    else:
                        archive.addfile(entry)
    with open(options.layer + ".json", "w") as file:
        json.dump({"diff_id": "sha256:" + raw.digest.hexdigest(), "unpacked": raw.size}, file)
    os.replace(partial, options.layer)


def image_config(options, layers):
    config = {
        "User": f"{options.uid}:{options.uid}",
        "Env": ["PATH=" + options.path] + options.env,
        "Entrypoint": options.entrypoint,
        "Cmd": options.cmd,
        "WorkingDir": options.workdir,
        "ExposedPorts": {f"{port}/tcp": {} for port in options.port},
    }
    return {
        "architecture": "amd64",
        "os": "linux",
        "created": CREATED,
        "config": {key: value for key, value in config.items() if value},
        "rootfs": {"type": "layers", "diff_ids": [layer["diff_id"] for layer in layers]},
        "history": [{"created": CREATED, "created_by": os.path.basename(path)} for path in options.layers],
    }


def make_image(options):
    if ":" not in options.reference.rsplit("/", 1)[-1]:
        raise SystemExit(f"oci_archive: {options.reference} has no tag; write NAME:TAG")
    layers = []
    for path in options.layers:
        with open(path + ".json") as file:
            layers.append(json.load(file))
    # Small documents are held in memory, layers are copied from their files.
    documents, files = {}, {}

    def describe(kind, size, digest):
        return {"mediaType": "application/vnd.oci.image." + kind, "digest": "sha256:" + digest, "size": size}

    def add_document(kind, content):
        data = json.dumps(content, sort_keys=True).encode()
        digest = hashlib.sha256(data).hexdigest()
        documents["blobs/sha256/" + digest] = data
        return describe(kind, len(data), digest)

    layer_descriptors = []
    for path in options.layers:
        digest = sha256_of(path)
        files["blobs/sha256/" + digest] = path
        layer_descriptors.append(describe("layer.v1.tar+gzip", os.path.getsize(path), digest))

    config = add_document("config.v1+json", image_config(options, layers))
    manifest = add_document(
        "manifest.v1+json",
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config,
            "layers": layer_descriptors,
        },
    )
    manifest["annotations"] = {
        "io.containerd.image.name": options.reference,
        "org.opencontainers.image.ref.name": options.reference.rsplit(":", 1)[1],
    }

    def blob(descriptor):
        return "blobs/sha256/" + descriptor["digest"].removeprefix("sha256:")

    documents["oci-layout"] = b'{"imageLayoutVersion":"1.0.0"}'
    documents["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [manifest]}).encode()
    documents["manifest.json"] = json.dumps(
        [{"Config": blob(config), "RepoTags": [options.reference], "Layers": [blob(d) for d in layer_descriptors]}]
    ).encode()

    partial = options.archive + ".partial"
    with tarfile.open(partial, "w") as archive:
        for name in sorted(documents.keys() | files.keys()):
            entry = tarfile.TarInfo(name)
            entry.mode, entry.mtime = 0o644, FIXED_TIME
            if name in documents:
                entry.size = len(documents[name])
                archive.addfile(entry, io.BytesIO(documents[name]))
            else:
                entry.size = os.path.getsize(files[name])
                with open(files[name], "rb") as content:
                    archive.addfile(entry, content)
    os.replace(partial, options.archive)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    layer = commands.add_parser("layer", help="pack a directory as one layer")
    layer.add_argument("tree")
    layer.add_argument("layer")
    layer.add_argument("--owned", action="append", default=[], metavar="DIR", help="belongs to --uid instead of root")
    layer.add_argument("--uid", type=int, default=65532, help="owner of the --owned directories")
    layer.add_argument("--level", type=int, default=6, help="compression level")
    layer.set_defaults(run=make_layer)

    image = commands.add_parser("image", help="join layers into an archive")
    image.add_argument("archive")
    image.add_argument("reference", help="NAME:TAG under which the image is known")
    image.add_argument("layers", nargs="+", metavar="LAYER")
    image.add_argument("--uid", type=int, default=65532, help="user and group the image runs as")
    image.add_argument("--path", default="/usr/local/bin:/usr/bin:/bin", help="PATH in the image")
    image.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    image.add_argument("--entrypoint", action="append", metavar="ARG", help="once per argument")
    image.add_argument("--cmd", action="append", metavar="ARG", help="once per argument")
    image.add_argument("--port", action="append", default=[], metavar="PORT")
    image.add_argument("--workdir", default="/")
    image.set_defaults(run=make_image)

    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        raise SystemExit("oci_archive: needs Python 3.11 or newer, this is " + sys.version.split()[0])
    main()
