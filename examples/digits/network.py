"""A network with one hidden layer, trained by stochastic gradient descent, in plain Python."""

import math
import random


def softmax(scores):
    top = max(scores)
    weights = [math.exp(score - top) for score in scores]
    total = sum(weights)
    return [weight / total for weight in weights]


class Network:
    def __init__(self, inputs, hidden, outputs, seed):
        chance = random.Random(seed)
        # He initialisation: variance 2 / fan-in keeps the scale of the activations through a ReLU layer.
        spread = math.sqrt(2 / inputs)
        self.w1 = [[chance.gauss(0, spread) for _ in range(inputs)] for _ in range(hidden)]
        self.b1 = [0.0] * hidden
        spread = math.sqrt(1 / hidden)
        self.w2 = [[chance.gauss(0, spread) for _ in range(hidden)] for _ in range(outputs)]
        self.b2 = [0.0] * outputs

    def hidden(self, pixels):
        return [max(0.0, sum(map(float.__mul__, row, pixels)) + bias) for row, bias in zip(self.w1, self.b1)]

    def predict(self, pixels):
        """Probabilities of the classes."""
        return self._output(self.hidden(pixels))

    def _output(self, active):
        return softmax([sum(map(float.__mul__, row, active)) + bias for row, bias in zip(self.w2, self.b2)])

    def learn(self, pixels, label, rate):
        """One step on one example. Returns its cross-entropy loss before the step."""
        active = self.hidden(pixels)
        probabilities = self._output(active)
        errors = [p - (k == label) for k, p in enumerate(probabilities)]
        back = [0.0] * len(active)
        for row, error in zip(self.w2, errors):
            for j, weight in enumerate(row):
                back[j] += weight * error
        for k, error in enumerate(errors):
            step = rate * error
            self.w2[k] = [weight - step * a for weight, a in zip(self.w2[k], active)]
            self.b2[k] -= step
        for j, a in enumerate(active):
            if a > 0:
                step = rate * back[j]
                self.w1[j] = [weight - step * x for weight, x in zip(self.w1[j], pixels)]
                self.b1[j] -= step
        return -math.log(max(probabilities[label], 1e-12))
