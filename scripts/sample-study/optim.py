"""Muon (momentum orthogonalised by Newton-Schulz) for hidden matrices, batched by shape; AdamW takes everything else."""
import torch


def orthogonalise(stack):
    """Quintic Newton-Schulz on a stack of matrices (n, rows, cols), rows <= cols; K. Jordan's coefficients, five rounds."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = stack.bfloat16()
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.float()


class Muon(torch.optim.Optimizer):
    """One parameter group; every parameter is a matrix. A fused query-key-value matrix counts as three."""

    def __init__(self, params, lr=0.02, momentum=0.95, weight_decay=0.0):
        super().__init__(list(params), {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = {}
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(p)
                m = state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                update = p.grad.lerp(m, group["momentum"])
                rows, cols = p.shape
                pieces = 3 if rows == 3 * cols else 1
                for piece, target in zip(update.chunk(pieces), p.chunk(pieces)):
                    tall = piece.shape[0] > piece.shape[1]
                    matrix = piece.mT if tall else piece
                    by_shape.setdefault(tuple(matrix.shape), []).append((matrix, target, tall))
            for entries in by_shape.values():
                fixed = orthogonalise(torch.stack([m for m, _, _ in entries]))
                for matrix, (_, target, tall) in zip(fixed, entries):
                    rows, cols = target.shape
                    target.mul_(1 - group["lr"] * group["weight_decay"])
                    target.add_(matrix.mT if tall else matrix, alpha=-group["lr"] * max(1, rows / cols) ** 0.5)


def split_parameters(modules):
    """(matrices for Muon, the rest) of some modules; embeddings, patch filters, query tokens and heads go to the rest."""
    hidden, rest, seen = [], [], set()
    for module in modules:
        for name, p in module.named_parameters():
            if id(p) in seen or not p.requires_grad:
                continue
            seen.add(id(p))
            embedding = "embed" in name or "token" in name or "heads" in name
            (hidden if p.ndim == 2 and not embedding else rest).append(p)
    return hidden, rest
