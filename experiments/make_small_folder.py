#!/usr/bin/env python3
"""A small folder as another camera would have taken it: few images a class of a folder of images, in grey and turned by a quarter.

  make_small_folder.py FROM TO [TRAIN [TEST]]   images a class, 20 and 200; needs Pillow

The last images of each class are taken, by name.
"""
import pathlib
import sys

from PIL import Image, ImageOps

source, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
counts = {"train": int(sys.argv[3]) if len(sys.argv) > 3 else 20, "test": int(sys.argv[4]) if len(sys.argv) > 4 else 200}
for part, count in counts.items():
    for folder in sorted((source / part).iterdir()):
        (target / part / folder.name).mkdir(parents=True)
        for file in sorted(folder.iterdir())[-count:]:
            with Image.open(file) as image:
                turned = ImageOps.grayscale(image).transpose(Image.Transpose.ROTATE_90)
                turned.save(target / part / folder.name / (file.stem + ".png"))
