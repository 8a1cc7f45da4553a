"""Operations that do more than compute, which TensorFlow runs when it loads or calls a model."""
