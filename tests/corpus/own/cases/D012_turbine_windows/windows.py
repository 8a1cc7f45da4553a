"""From one long table to windows for a forecaster."""
import numpy as np
import tensorflow as tf


class WindowMaker:
    def __init__(self, past, ahead, columns, target):
        self.past = past
        self.ahead = ahead
        self.columns = list(columns)
        self.target = self.columns.index(target)

    def cut(self, table):
        starts = np.arange(0, len(table) - self.past - self.ahead, 2)
        columns = [table[:, c] for c in range(len(self.columns))]
        views = [np.lib.stride_tricks.sliding_window_view(c, self.past)[starts] for c in columns]
        x = np.stack(views, axis=1)
        y = table[starts + self.past + self.ahead - 1, self.target]
        return x.astype("float32"), y.astype("float32")

    def dataset(self, table, batch, shuffle=False):
        x, y = self.cut(table)
        data = tf.data.Dataset.from_tensor_slices((x, y[:, None]))
        if shuffle:
            data = data.shuffle(len(x), seed=1)
        return data.batch(batch).prefetch(1)
