"""What tests of finished results folders share: state of a folder, tables changed on purpose, packs unpacked."""

import hashlib
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def state(path):
    """Everything in a folder: name, bytes, time of the last change."""
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(path.iterdir())}


def recommit(path, *names):
    """Write the hashes of changed files into the manifest, as somebody who wants to deceive would."""
    manifest = json.loads((path / "manifest.json").read_text())
    for name in names:
        content = (path / name).read_bytes()
        manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (path / "manifest.json").write_text(json.dumps(manifest))


def edit_manifest(path, change):
    manifest = json.loads((path / "manifest.json").read_text())
    change(manifest)
    (path / "manifest.json").write_text(json.dumps(manifest))


def change_cell(path, table, column, row, value):
    """Change one number of a table and commit it."""
    file = path / f"{table}.parquet"
    read = pq.read_table(file)
    values = read[column].to_pylist()
    values[row] = value
    place = read.column_names.index(column)
    pq.write_table(read.set_column(place, column, pa.array(values, read.schema.field(column).type)), file)
    recommit(path, file.name)


def unpacked(file, where):
    """Unpack a pack and return the one folder in it."""
    where.mkdir(parents=True)
    with zipfile.ZipFile(file) as pack:
        pack.extractall(where)
    (folder,) = Path(where).iterdir()
    return folder
