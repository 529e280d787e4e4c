"""Modules:

- `mnist_losses.calibration`: Whether probabilities can be believed: ECE with an interval, the reliability diagram, the Brier score in parts
- `mnist_losses.claims`: Published figures, re-run and judged
- `mnist_losses.cli`: `mnist-losses reproduce`: the published notebook, re-run and judged; `conformance`: other libraries' losses
- `mnist_losses.conformance`: The same logits and labels in every library that has the loss: what it says, what we say, and why they differ
- `mnist_losses.costs`: Losses in which the other classes matter too: Brier, margins, NCE and its sums, bi-tempered, LogitNorm and others
- `mnist_losses.curves`: Losses of the probability of the right class: focal, GCE, symmetric, poly, Taylor, Huberised and others
- `mnist_losses.data`: MNIST_SAMPLE, MNIST and the embedded digits: as tensors, checked, and in DataLoaders
- `mnist_losses.explorer`: Move a logit, the noise or a loss's parameter, and see what each loss costs, how it pulls, and what it wants
- `mnist_losses.learner`: A Learner that is built from its loss, and so wired right
- `mnist_losses.losses`: What each class would cost: `mnist_loss`, `softmax_loss` and cross-entropy as one family
- `mnist_losses.metrics`: Metrics that agree with the loss, for one column of logits and for many
- `mnist_losses.models`: Three small networks for images of 28x28 pixels: linear, one hidden layer, LeNet
- `mnist_losses.published`: Its functions as they were published, each fault named where it is
- `mnist_losses.reference`: The same bits on machines of one kind
- `mnist_losses.testing`: Assertions that notice a wrong shape, and tiny data to try them on
- `mnist_losses.wants`: The prediction that a loss prefers under noise, weights and smoothing; what is proper, bounded, symmetric, convex"""

__version__ = "0.1.0"
