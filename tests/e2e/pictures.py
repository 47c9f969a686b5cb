"""Small pictures of pages: written as PNG with a palette, read again, and compared so that only moved or changed
blocks count, not how letters are hinted.

A picture is an array of (rows, columns, 3) bytes, a quarter of the page's size each way.
"""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

SCALE, SHRINK = 0.5, 2
"""The browser draws at half size, which is quick; the picture is then halved again, which evens letters out."""
STEP = 16  # colours are rounded to this, so that most pages have fewer than a palette holds
MOST_COLOURS = 256
SIGNATURE = b"\x89PNG\r\n\x1a\n"

UNLIKE = 24
"""Of 255: two smoothed pixels further apart than this differ. Hinting stays below it, a line of text elsewhere not."""
MOST_UNLIKE, TILE, MOST_OF_TILE = 0.004, 16, 0.25
"""How many pixels may differ: of the picture, and of any square of it. A release's number may, a button may not."""

SHRINKING = """async ([png, shrink]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(Math.floor(image.width / shrink), Math.floor(image.height / shrink));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  let text = "";
  for (let at = 0; at < data.length; at += 4) text += String.fromCharCode(data[at], data[at + 1], data[at + 2]);
  return [canvas.width, canvas.height, btoa(text)];
}"""


def shrunk(helper, png):
    """The screenshot as a small picture; `helper` is any page in which scripts run."""
    width, height, pixels = helper.evaluate(SHRINKING, [base64.b64encode(png).decode(), SHRINK])
    return np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(height, width, 3)


def write_png(path, picture):
    """Write the picture in at most 256 colours: its commonest ones, others as the nearest of these."""
    rounded = np.minimum(np.round(picture / STEP) * STEP, 255).astype(np.uint8)
    colours, places, counts = np.unique(rounded.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    kept = np.argsort(-counts, kind="stable")[:MOST_COLOURS]
    apart = np.abs(colours[:, None, :].astype(int) - colours[kept][None, :, :]).sum(axis=2)
    indices = apart.argmin(axis=1)[places.ravel()].astype(np.uint8).reshape(picture.shape[:2])
    lines = b"".join(b"\0" + row.tobytes() for row in indices)
    size = struct.pack(">IIBBBBB", picture.shape[1], picture.shape[0], 8, 3, 0, 0, 0)
    content = {b"IHDR": size, b"PLTE": colours[kept].tobytes(), b"IDAT": zlib.compress(lines, 9), b"IEND": b""}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(SIGNATURE + b"".join(_chunk(kind, data) for kind, data in content.items()))


def read_png(path):
    """Read what `write_png` has written."""
    data, at, chunks = path.read_bytes(), len(SIGNATURE), {}
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunks[data[at + 4 : at + 8]] = data[at + 8 : at + 8 + length]
        at += length + 12
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    return np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)[lines[:, 1:]]


def unlike(one, other):
    """Where two pictures differ, as an array of booleans as large as both together."""
    rows, columns = (max(sizes) for sizes in zip(one.shape[:2], other.shape[:2], strict=True))
    there = np.ones((rows, columns), bool)
    both = tuple(slice(min(sizes)) for sizes in zip(one.shape[:2], other.shape[:2], strict=True))
    there[both] = np.abs(_smoothed(one[both]) - _smoothed(other[both])).max(axis=2) > UNLIKE
    return there


def is_changed(there):
    """Say whether so much differs, here and there or in one place, that somebody should look."""
    rows, columns = (size // TILE * TILE for size in there.shape)
    tiles = there[:rows, :columns].reshape(rows // TILE, TILE, columns // TILE, TILE).mean(axis=(1, 3))
    return bool(there.mean() > MOST_UNLIKE or tiles.max(initial=0) > MOST_OF_TILE)


def marked(picture, there):
    """The picture, pale, with the places where it differs in red."""
    shown = np.full((*there.shape, 3), 255, np.uint8)
    shown[: picture.shape[0], : picture.shape[1]] = 170 + picture // 3
    shown[there] = (200, 0, 0)
    return shown


def _smoothed(picture):
    """Each pixel the mean of the nine around it."""
    wide = np.pad(picture.astype(float), ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows, columns = picture.shape[:2]
    return sum(wide[y : y + rows, x : x + columns] for y in range(3) for x in range(3)) / 9


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
