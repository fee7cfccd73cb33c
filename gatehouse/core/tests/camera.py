"""What a camera reads from a code on a page."""

import zxingcpp
from bs4 import BeautifulSoup
from PIL import Image


def drawn(page: str, within: str) -> str:
    """What a camera reads from the code in this part of the page."""
    svg = BeautifulSoup(page, "html.parser").select_one(f"{within} svg[role=img]")
    width, height = (int(number) for number in svg["viewbox"].split()[2:])
    picture = Image.new("L", (width + 8, height + 8), 255)
    for stroke in svg.path["d"].split("M")[1:]:
        start, length = stroke.split("h")
        x, y = start.split()
        for step in range(int(length)):
            picture.putpixel((4 + int(x) + step, 4 + int(float(y))), 0)
    return zxingcpp.read_barcodes(picture.resize((picture.width * 4, picture.height * 4)))[0].text
