"""What the server words, in Chinese: by the English text that presenters and panels write."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # kinds of cards
    "Model": "模型",
    "Input": "输入",
    "Constant": "常量",
    "Layer": "层",
    "Operation": "算子",
    "Subgraph": "子图",
    "Phase": "阶段",
    "Block": "模块",
    "Repeat": "重复模块",
    "Error": "错误",
    "Not found": "未找到",
    "Tensor": "张量",
    "Tensors": "张量",
    "Producer": "生产者",
    "Consumer": "消费者",
    "Made by": "来自",
    "Taken by": "用于",
    "Memory": "内存",
    "Mask": "掩码",
    "State": "状态",
    "Control": "控制",
    "The graph has no such edge. Select something else.": "图中没有这条边，请选择其他内容。",
    "Edge": "边",
    # roles and badges
    "Output": "输出",
    "Hidden": "隐藏",
    "Intermediate": "中间",
    "Frozen": "已冻结",
    "model output": "模型输出",
    "constant": "常量",
    "mask": "掩码",
    "state": "状态",
    "control": "控制",
    # sections
    "Inputs": "输入",
    "Outputs": "输出",
    "Most FLOPs": "FLOPs 最多",
    "Data flow and computation": "数据流与计算",
    "Notes": "说明",
    "Weights": "权重",
    "Settings": "设置",
    "Attributes": "属性",
    # keys
    "Layers": "层",
    "Layer calls": "层调用",
    "Operations": "算子",
    "Parameters": "参数量",
    "Trainable": "可训练",
    "FLOPs": "FLOPs",
    "Activations": "激活值",
    "Output memory": "输出内存",
    "Inside": "内部",
    "Also called at": "其他调用处",
    "Source": "源代码",
    "Name": "名称",
    "Shape": "形状",
    "Type": "类型",
    "Size": "大小",
    # values and messages
    "unknown": "未知",
    "their sizes are not known": "尺寸未知",
    "The graph has nothing of this name. Select something else.": (
        "图中没有这个名称。请选择其他项。"
    ),
    "They agree": "两者一致",
    "They disagree": "两者不一致",
    "This cannot be shown": "无法显示",
    # what the panels say
    "Scopes around it": "所在的作用域",
    "Open the documentation (leaves this machine)": "打开文档（会离开本机）",
    # the panel of a diagnosis
    "Where": "位置",
    "Where the sizes come from": "尺寸的来源",
    "Fixes": "修复",
    "Evidence": "依据",
    "What Python said": "Python 的报错",
    "Traceback": "调用栈",
    "Diagnoses": "诊断",
    "In the picture: ": "在图中：",
    "Apply it: ": "应用此修复：",
    "Added: ": "新增：",
    "Removed: ": "移除：",
    "verified": "已验证",
    "proposed": "建议",
    "rejected": "已否定",
    "certain": "确定",
    "probable": "很可能",
    "not sure": "不确定",
    "error": "错误",
    "warning": "警告",
    "info": "信息",
    "It was applied to a copy, and the program ran to its end.": (
        "已在副本上应用，程序运行到了结束。"
    ),
    "It was not tried.": "尚未尝试。",
    "It was applied to a copy, and the program failed all the same.": (
        "已在副本上应用，程序依然失败。"
    ),
    "the one edit that keeps the meaning": "保持原意的唯一改法",
    "one of several edits; the choice is yours": "多种改法之一，由你选择",
    "presumes what you intended": "推测了你的意图",
    "Contains code": "含有代码",
    "Own class": "自定义类",
    "Contains code by name": "按名称含代码",
    "Code": "代码",
    "Bytecode": "字节码",
    "Reference": "引用",
    "File or address": "文件或地址",
    "Instructions": "指令",
    "Module": "模块",
    "Stands in": "位于",
    "Registered name": "注册名",
    "The file holds or names code. It is shown here and was not run.": (
        "文件含有或指向代码。这里只展示，没有运行。"
    ),
    "1 edge between layers follows from the operations as well.": "层之间的 1 条边也能由算子推出。",
    "1 edge between layers is the one that the model declares. No operations were traced.": (
        "层之间的 1 条边与模型声明的一致。没有追踪算子。"
    ),
    "Nothing was found.": "没有发现问题。",
    "The program failed, and no rule knows why.": "程序失败，没有规则能说明原因。",
}
"""Texts that are said as they are."""

TEMPLATES: Mapping[str, str] = {
    "and {n} more": "另有 {n} 项",
    "{n} tensors": "{n} 个张量",
    "Consumers ({n})": "消费者（{n}）",
    "{n} of {count}": "第 {n} 个，共 {count} 个",
    "{n} nodes": "{n} 个节点",
    "All settings ({n})": "全部设置（{n}）",
    "All attributes ({n})": "全部属性（{n}）",
    "Call {n} of {count}": "第 {n} 次调用，共 {count} 次",
    "output {n}": "输出 {n}",
    "for a batch of {n}": "批大小为 {n} 时",
    "{name} (not trained)": "{name}（不训练）",
    "{n} edges between layers follow from the operations as well.": (
        "层之间的 {n} 条边也能由算子推出。"
    ),
    "{n} edges between layers are those that the model declares. No operations were traced.": (
        "层之间的 {n} 条边与模型声明的一致。没有追踪算子。"
    ),
    "{count} differences in {n} edges between layers.": "层之间的 {n} 条边中有 {count} 处不同。",
    "{count} differences in 1 edge between layers.": "层之间的 1 条边中有 {count} 处不同。",
    "1 difference in {n} edges between layers.": "层之间的 {n} 条边中有 1 处不同。",
    "1 difference in 1 edge between layers.": "层之间的 1 条边中有 1 处不同。",
    "The FLOPs of {n} nodes are unknown ({reason}).": "{n} 个节点的 FLOPs 未知（{reason}）。",
    "The FLOPs of 1 node are unknown ({reason}).": "1 个节点的 FLOPs 未知（{reason}）。",
    "no rule for: {types}": "没有计算规则：{types}",
    "Select {name}": "选择 {name}",
    "{n} diagnoses": "{n} 个诊断",
    "class {letter}": "{letter} 类",
    "Class {letter}: {meaning}.": "{letter} 类：{meaning}。",
}
"""Texts with values in them; the first that fits is taken."""
