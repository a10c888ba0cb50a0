#!/usr/bin/env python3
"""A small folder as another camera would have taken it: the last images a class of a folder of images, by name, in grey and turned
by a quarter. Needs Pillow."""
import argparse
import pathlib

from PIL import Image, ImageOps

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("source", type=pathlib.Path, help="with train/ and test/, each with one folder of images a class")
parser.add_argument("target", type=pathlib.Path, help="a folder that is not there yet")
parser.add_argument("--train", type=int, default=20, help="images a class (20)")
parser.add_argument("--test", type=int, default=200, help="images a class (200)")
options = parser.parse_args()
if options.target.exists():
    parser.error(f"{options.target} is there already")
if not all((options.source / part).is_dir() for part in ("train", "test")):
    parser.error(f"{options.source} has no train/ and test/")
for part, count in (("train", options.train), ("test", options.test)):
    for folder in sorted((options.source / part).iterdir()):
        (options.target / part / folder.name).mkdir(parents=True)
        for file in sorted(folder.iterdir())[-count:]:
            with Image.open(file) as image:
                turned = ImageOps.grayscale(image).transpose(Image.Transpose.ROTATE_90)
                turned.save(options.target / part / folder.name / (file.stem + ".png"))
