"""Weights of torchvision and timm load here and give the same logits, and a student deployed here loads there.

    weights.py INTEROP_NETWORK [ARCHITECTURE ..]   without names: all of them

Fetches both packages from PyPI into a virtual environment of the user's cache; without a network the test is skipped (77).
"""

import subprocess
import tempfile

from environment import run_inside

PACKAGES = ["torch==2.11.0", "torchvision==0.26.0", "timm", "safetensors", "numpy"]
TOLERANCE = 1e-4  # relative to the largest logit, float32


def compare(name, ours, theirs):
    error = (ours - theirs).abs().max().item() / theirs.abs().max().item()
    spread = theirs.std(0).max().item() / theirs.abs().max().item()  # the images must matter, far beyond the difference
    print(f"{name}: largest difference {error:.2e} of the largest logit; deviation over the images {spread:.2e}")
    return error < TOLERANCE and spread > 10 * error


def work(program, chosen):
    import timm
    import torch
    import torchvision
    from safetensors.torch import load_file, save_file

    torch.manual_seed(0)
    deit = "deit_tiny_patch16_224"
    networks = {
        "resnet18": (lambda: torchvision.models.resnet18(num_classes=10), 64),
        "resnet50": (lambda: torchvision.models.resnet50(num_classes=10), 64),
        "mobilenet_v2": (lambda: torchvision.models.mobilenet_v2(num_classes=10), 64),
        "shufflenet_v2": (lambda: torchvision.models.shufflenet_v2_x1_0(num_classes=10), 64),
        "deit_tiny": (lambda: timm.create_model(deit, num_classes=10, img_size=64), 64),
    }
    sound = True
    with tempfile.TemporaryDirectory() as folder:
        for name, (build, size) in networks.items():
            if chosen and name not in chosen:
                continue
            images = torch.randn(4, 3, 1, 1) + torch.randn(4, 3, size, size)  # unlike in colour too
            save_file({"images": images}, f"{folder}/images")
            network = build()
            with torch.no_grad():  # norms, biases and running statistics are nothing special either
                for key, value in network.state_dict().items():
                    if value.is_floating_point() and value.dim() == 1:
                        value.add_(0.1 * torch.rand_like(value))
            with torch.no_grad():  # and statistics are such that the images are heard to the end
                for _ in range(30):
                    network(torch.randn(8, 3, size, size))
            network.eval()
            save_file({k: v for k, v in network.state_dict().items() if v.is_floating_point()}, f"{folder}/weights")
            subprocess.run([program, "logits", name, str(size), "10", f"{folder}/weights", f"{folder}/images", f"{folder}/out"], check=True)
            with torch.no_grad():
                sound &= compare(f"{name} from there", load_file(f"{folder}/out")["logits"], network(images))

            subprocess.run([program, "student", name, str(size), "10", f"{folder}/images", f"{folder}/student", f"{folder}/out"], check=True)
            network = build()
            missing, unexpected = network.load_state_dict(load_file(f"{folder}/student"), strict=False)
            missing = [key for key in missing if not key.endswith("num_batches_tracked")]
            if missing or unexpected:
                print(f"{name}: missing {missing}, unexpected {unexpected}")
                sound = False
                continue
            network.eval()
            with torch.no_grad():
                sound &= compare(f"{name} to there", load_file(f"{folder}/out")["logits"], network(images))
    return 0 if sound else 1


if __name__ == "__main__":
    run_inside(__file__, PACKAGES, lambda arguments: work(arguments[0], arguments[1:]))
