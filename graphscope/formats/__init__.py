"""Forms of bytes that several programs share: the wire format of protocol buffers, TFRecord."""
