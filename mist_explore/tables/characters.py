"""Decompression and decoding of files."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePath
from typing import IO, Any

from mist_explore.tables.limits import UNLIMITED, TableLimits

__all__ = ["COMPRESSED", "decoded", "decompressed"]

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Decode bytes; return the text, and a note on any encoding other than UTF-8.

    A byte-order mark decides between UTF-8, UTF-16 and UTF-32; zero bytes mark UTF-16 without
    one. Bytes that are not valid UTF-8 are decoded as Windows-1252, the superset of Latin-1
    that spreadsheets write.

    Raises:
        ValueError: if the bytes are not text.

    Example:
        >>> decoded("Größe".encode("latin-1"))
        ('Größe', ('the file is not in UTF-8: read as Windows-1252 (Latin-1)',))
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding), _encoding_note(encoding)
    head = data[:4_096]
    for start, encoding in ((0, "utf-16-be"), (1, "utf-16-le")):
        if len(head) > 3 and head[start::2].count(0) > 0.4 * (len(head) // 2):
            return _strict(data, encoding), _encoding_note("utf-16")
    if b"\0" in head:
        raise ValueError(
            "expected text; got zero bytes, as in a program's own format: "
            "export the table as CSV UTF-8 or Excel (.xlsx)"
        )
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        note = ("the file is not in UTF-8: read as Windows-1252 (Latin-1)",)
    try:
        return data.decode("cp1252"), note
    except UnicodeDecodeError:
        return data.decode("latin-1"), note


def decompressed(data: bytes, name: str, limits: TableLimits = UNLIMITED) -> tuple[bytes, str]:
    """Decompress a file; return its content and its name without the suffix.

    A ZIP archive must hold one file; files without a suffix of `COMPRESSED` are returned
    unchanged.

    Raises:
        ValueError: if the content is damaged or too large, or an archive holds no file or several.

    Example:
        >>> decompressed(gzip.compress(b"a,b"), "small.csv.gz")
        (b'a,b', 'small.csv')
    """
    path = PurePath(name)
    unpack = COMPRESSED.get(path.suffix.lower())
    if unpack is None:
        limits.check_content(len(data))
        return data, name
    try:
        return unpack(data, name, limits)
    except (
        *(OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, zlib.error, RuntimeError),
        struct.error,
    ) as error:
        raise ValueError(
            f"expected a whole {path.suffix} file; got one that is damaged, encrypted or of "
            "another kind: unpack it, or compress it again"
        ) from error


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"expected text in {encoding.removesuffix('-sig').upper()}, as its first bytes mark "
            f"it; got others at byte {error.start + 1}: save the table as CSV UTF-8"
        ) from error


def _encoding_note(encoding: str) -> tuple[str, ...]:
    return () if encoding == "utf-8-sig" else (f"the file is in {encoding.upper()}",)


Unpack = Callable[[bytes, str, TableLimits], tuple[bytes, str]]


def _stream(opened: Callable[[IO[bytes]], Any]) -> Unpack:
    def unpack(data: bytes, name: str, limits: TableLimits) -> tuple[bytes, str]:
        with opened(io.BytesIO(data)) as stream:
            return limits.read(stream), str(PurePath(name).with_suffix(""))

    return unpack


def _from_zip(data: bytes, name: str, limits: TableLimits) -> tuple[bytes, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # Archives made on a Mac hold a second, hidden file for each.
        members = [
            member
            for member in archive.namelist()
            if not member.endswith("/") and not PurePath(member).name.startswith(".")
        ]
        if len(members) != 1:
            shown = ", ".join(members[:5]) or "none"
            raise ValueError(f"expected one file in the archive; got {shown}: unpack it first")
        with archive.open(members[0]) as stream:
            return limits.read(stream), members[0]


def _zstandard(stream: IO[bytes]) -> Any:
    import pyarrow

    return pyarrow.CompressedInputStream(stream, "zstd")


COMPRESSED: dict[str, Unpack] = {
    ".gz": _stream(lambda stream: gzip.GzipFile(fileobj=stream)),
    ".bz2": _stream(bz2.BZ2File),
    ".xz": _stream(lzma.LZMAFile),
    ".zst": _stream(_zstandard),
    ".zip": _from_zip,
}
"""Decompression functions by file suffix."""
