"""Blocks in flat scopes, judged as a Keras engineer reads them."""

from graphscope.analysis.outline import fold
from graphscope.graph import GraphBuilder, NodeKind, Port, TensorSpec
from tests.unit.outline.nets import Net, densenet, resnet, sketch, transformer, unet, vgg


def test_residual_network_opens_as_stem_stages_and_head():
    assert sketch(fold(resnet()), depth=2) == [
        "image",
        "stem (4)",
        *["  conv1_conv", "  conv1_bn", "  conv1_relu", "  pool1_pool"],
        "conv2 (16)",
        *["  conv2_block1 (9)", "  conv2_block2 (7)"],
        "conv3 (23)",
        *["  conv3_block1 (9)", "  conv3_block2 (7)", "  conv3_block3 (7)"],
        "conv4 (23)",
        *["  conv4_block1 (9)", "  conv4_block2 (7)", "  conv4_block3 (7)"],
        "head (2)",
        *["  avg_pool", "  predictions"],
    ]


def test_structure_alone_finds_the_same_blocks():
    assert sketch(fold(resnet(is_named=False)), depth=2)[5:] == [
        "  max_pooling2d",
        "stage 1 (16)",
        *["  block 1 (9)", "  block 2 (7)"],
        "stage 2 (23)",
        *["  block 3 (9)", "  block 4 (7)", "  block 5 (7)"],
        "stage 3 (23)",
        *["  block 6 (9)", "  block 7 (7)", "  block 8 (7)"],
        "head (2)",
        *["  global_average_pooling2d", "  dense"],
    ]


def test_equal_blocks_of_a_stage_become_one_repeat():
    outline = fold(resnet(depths=(3, 6)))
    assert sketch(outline, outline.positions["block:conv3"]) == [
        "conv3_block1 (9)",
        "conv3_block x5 (35)",
    ]


def test_plain_stacks_divide_at_pooling():
    blocks = ["block1 (3)", "block2 (3)", "block3 (4)", "block4 (4)", "block5 (4)"]
    assert sketch(fold(vgg())) == ["image", *blocks, "head (4)"]
    assert sketch(fold(vgg(is_named=False))) == [
        "image",
        *(block.replace("block", "block ") for block in blocks),
        "head (4)",
    ]


def test_dense_blocks_and_the_transitions_between_them():
    assert sketch(fold(densenet())) == [
        "image",
        "stem (4)",
        "conv2 (20)",
        "pool2 (4)",
        "conv3 (25)",
        "pool3 (4)",
        "conv4 (30)",
        "head (2)",
    ]


def test_long_skips_of_a_unet_do_not_hide_its_levels():
    assert sketch(fold(unet())) == [
        "image",
        *[f"block {level} (7)" for level in range(1, 5)],
        "block 5 (6)",
        *[f"block {level} (8)" for level in range(6, 10)],
        "conv2d_18",
    ]


def test_transformers_fold_to_one_block():
    assert sketch(fold(transformer())) == ["tokens", "stem (2)", "block x6 (54)", "head (2)"]
    assert sketch(fold(transformer(before=False)))[2] == "block x6 (54)"


def test_a_mask_that_all_blocks_read_is_no_obstacle():
    assert sketch(fold(transformer(has_mask=True))) == [
        "tokens",
        "padding",
        "stem (2)",
        "block x6 (54)",
        "head (2)",
    ]


def test_ordinals_count_where_words_alternate():
    net = Net()
    x = net.conv(net.input(), 8, "conv1")
    for block in range(1, 9):
        x = net("DepthwiseConv2D", x, name=f"conv_dw_{block}")
        x = net("BatchNormalization", x, name=f"conv_dw_{block}_bn")
        x = net.conv(x, 8, f"conv_pw_{block}")
    assert sketch(fold(net.build(x))) == ["image", "conv1 (3)", "block x8 (40)"]


def test_auxiliary_heads_stand_behind_what_they_read():
    net = Net(is_named=False)
    x = net.input()
    for _ in range(6):
        y = net.conv(net.conv(x, 8), 8)
        x = net("Add", x, y)
    early = net("Dense", net("GlobalAveragePooling2D", x), channels=10)
    for _ in range(6):
        y = net.conv(net.conv(x, 8), 8)
        x = net("Add", x, y)
    lines = sketch(fold(net.build(net("Dense", x, channels=10), early)))
    assert lines.index("global_average_pooling2d") < len(lines) - 2


def test_small_scopes_stay_as_they_are():
    net = Net(is_named=False)
    x = net.input()
    for _ in range(3):
        x = net.conv(x, 8)
    assert len(sketch(fold(net.build(x)))) == 10


def test_a_long_plain_chain_has_no_blocks_but_a_repeat():
    net = Net(is_named=False)
    x = net("Dense", net.input(), channels=8)
    for _ in range(40):
        x = net("Dense", x)
    assert sketch(fold(net.build(x))) == ["image", "dense", "dense x40 (40)"]


def test_parts_of_a_circle_stay_flat():
    builder = GraphBuilder("circle")
    spec = TensorSpec((4,), "float32")
    nodes = [builder.add_node(f"op_{i % 3}", "Op", NodeKind.OP, outputs=[spec]) for i in range(40)]
    for source, target in zip(nodes, [*nodes[1:], nodes[0]], strict=True):
        builder.add_edge(Port(source), target, 0)
    assert len(fold(builder.build()).children_of(0)) == 40


def test_single_operations_of_a_transformer_in_one_scope():
    net = Net(is_named=False)
    tokens = net.input(16, 32, name="tokens")
    x, mask = net("GatherV2", tokens), net("Cast", net("LogicalNot", tokens))

    def norm(x):
        y = net("SquaredDifference", x, net("Mean", x))
        return net("Mul", x, net("Rsqrt", net("Mean", y)))

    def dense(x):
        return net("BiasAdd", net("MatMul", x))

    for _ in range(6):
        y = norm(x)
        q, k, v = dense(y), dense(y), dense(y)
        scores = net("AddV2", net("Mul", net("BatchMatMul", q, k)), mask)
        x = net("AddV2", x, dense(net("BatchMatMul", net("Softmax", scores), v)))
        x = net("AddV2", x, dense(net("Gelu", dense(norm(x)))))
    lines = sketch(fold(net.build(dense(norm(x)))))
    assert lines == ["tokens", "stem (3)", "block x6 (180)", "head (7)"]
