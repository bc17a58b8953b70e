"""A camera for Chromium that sees a printed code: a video of one picture, slightly turned as a hand would hold it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from plings.pictures import write_qr

WIDTH, HEIGHT = 640, 480
FRAMES = 5


def photograph(printed: Path) -> Image.Image:
    """A printed code on a grey table."""
    code = Image.open(printed).convert("L").resize((340, 340), Image.Resampling.LANCZOS)
    table = Image.new("L", (WIDTH, HEIGHT), 120)
    table.paste(code, (150, 70))
    return table.rotate(7, resample=Image.Resampling.BICUBIC, fillcolor=120)


def write_video(path: Path, text: str) -> Path:
    """As YUV4MPEG2, which Chromium takes for a camera (--use-file-for-fake-video-capture)."""
    printed = path.with_suffix(".png")
    write_qr(text, printed)
    frame = b"FRAME\n" + photograph(printed).tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * FRAMES)
    return path


def camera_of(path: Path) -> tuple[str, ...]:
    """Chromium's arguments for it."""
    source = f"--use-file-for-fake-video-capture={path}"
    return ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", source)
