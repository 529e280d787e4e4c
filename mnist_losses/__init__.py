"""Modules:

- `mnist_losses.bench`: What speed costs here, in ratios that were measured in one run
- `mnist_losses.book`: The resnet18 that ends chapter 4 of the fastai book, for one seed
- `mnist_losses.calibration`: Whether probabilities can be believed: ECE with an interval, reliability, Brier in parts, and a temperature
- `mnist_losses.claims`: Published figures, re-run and judged
- `mnist_losses.cli`: `mnist-losses`: reproduce the published notebook, judge claims, ask other libraries, examine a Learner, sweep
- `mnist_losses.conformance`: The same logits and labels in every library that has the loss: what it says, what we say, and why they differ
- `mnist_losses.corpus`: Miswired Learners, each with its repaired twin, and healthy ones that look odd: what the doctor is measured on
- `mnist_losses.costs`: Losses in which the other classes matter too: Brier, margins, NCE and its sums, bi-tempered, LogitNorm and others
- `mnist_losses.curves`: Losses of the probability of the right class: focal, GCE, symmetric, poly, Taylor, Huberised and others
- `mnist_losses.data`: MNIST_SAMPLE, MNIST and the embedded digits: as tensors, checked, and in DataLoaders
- `mnist_losses.data_checks`: Are the splits apart, the order mixed, the labels with their inputs, and both splits treated alike?
- `mnist_losses.doctor`: What is wrong with this Learner? An answer before training, with evidence and the line to change
- `mnist_losses.ensemble`: Train one model from many seeds in one pass, each as if it were alone
- `mnist_losses.events`: fastai's Learner, whose events go only to the callbacks that have them
- `mnist_losses.exam`: What a check needs to know of a Learner, measured once, on copies
- `mnist_losses.explorer`: Move a logit, the noise or a loss's parameter, and see what each loss costs, how it pulls, and what it wants
- `mnist_losses.faults`: Ways to miswire a loss, a metric, a model or its data, and what mends them
- `mnist_losses.findings`: What a check says, and the report of many checks: evidence, meaning, fix, and what could not be checked
- `mnist_losses.landscape`: The loss of a trained model along two random directions that are scaled filter by filter
- `mnist_losses.learner`: A Learner that is built from its loss, and so wired right
- `mnist_losses.ledger`: Published tables and our own, as data: re-run with many seeds, judged by one rule, checked with fresh seeds
- `mnist_losses.loss_checks`: Does the loss pull the right way, from the right rows, through the right activation, with finite numbers?
- `mnist_losses.losses`: What each class would cost: `mnist_loss`, `softmax_loss` and cross-entropy as one family
- `mnist_losses.metric_checks`: Does the metric say 1 for perfect predictions, read the right column, and average over rows?
- `mnist_losses.metrics`: Metrics that agree with the loss, for one column of logits and for many
- `mnist_losses.model_checks`: Is every weight registered, known to the optimiser, alive, and does each row answer for itself?
- `mnist_losses.models`: Three small networks for images of 28x28 pixels: linear, one hidden layer, LeNet
- `mnist_losses.noise`: Labels that are wrong on purpose, the same ones every time
- `mnist_losses.published`: Its functions as they were published, each fault named where it is
- `mnist_losses.reference`: The same bits on machines of one kind
- `mnist_losses.runs`: What many runs say together: bands over seeds, and two losses compared seed by seed
- `mnist_losses.sweep`: Losses x models x learning rates x noise x seeds, on one core or on a cluster, and nothing finished is ever lost
- `mnist_losses.testing`: Assertions that notice a wrong shape, and tiny data to try them on
- `mnist_losses.training_checks`: A few steps on copies: do gradients arrive, do weights move, do callbacks leave the loss whole?
- `mnist_losses.wants`: The prediction that a loss prefers under noise, weights and smoothing; what is proper, bounded, symmetric, convex"""

__version__ = "0.1.0"
