import numpy as np
from keras.models import Sequential
from keras.layers import Input, Dense, Dropout


class Robot:
    def __init__(self, beams=60):
        self.beams = beams

    def get_state(self):
        scan = np.random.rand(self.beams).tolist()
        heading, distance = np.random.rand(2)
        return np.asarray(scan + [heading, distance])


class Agent:
    def __init__(self, state_size, action_size):
        self.state_size = state_size
        self.action_size = action_size
        self.model = self.build_model()

    def build_model(self):
        model = Sequential([Input((self.state_size,)), Dense(32, activation="relu"), Dropout(0.2), Dense(self.action_size)])
        model.compile(loss="mse", optimizer="rmsprop")
        return model

    def q_values(self, state):
        return self.model.predict(state.reshape(1, len(state)), verbose=0)


state_size = 26
robot, agent = Robot(), Agent(state_size, 5)
print(agent.q_values(robot.get_state()).shape)
