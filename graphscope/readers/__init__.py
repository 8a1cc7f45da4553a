"""From files to graphs: static, importing neither Keras nor a backend."""
