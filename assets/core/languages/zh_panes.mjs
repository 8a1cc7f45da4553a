/** The panes beside and below the graph, in Chinese. @type {Readonly<Record<string, string>>} */
export const ZH_PANES = {
  'Producers and consumers': '生产者与消费者',
  'What the rows stand for': '每行代表什么',
  Operations: '算子',
  Filter: '筛选',
  'Filter the table': '筛选表格',
  'Only of the selection': '仅限所选',
  'Save CSV': '保存 CSV',
  '{all} tensors': '{all} 个张量',
  '{shown} of {all} tensors': '{all} 个张量中的 {shown} 个',
  Table: '表格',

  // ---- layers, operations and source side by side ----
  'Layer view': '层视图',
  'Op view': '算子视图',
  'Split view': '分屏视图',
  Source: '源代码',
  'Source file': '源文件',
  'Width of the layers': '层视图宽度',
  'Width of the operations': '算子视图宽度',
  'Operations of the model. Arrow keys follow the edges, Enter opens a scope.': '模型的算子。方向键沿边移动，回车打开作用域。',
  'The source stands beside the graph while the view is split.': '分屏时，源代码显示在图的旁边。',
  'The source cannot be read from the server.': '无法从服务器读取源代码。',
  'No line is known for {name}.': '{name} 没有已知的源代码行。',
  'Line {line}: select {name}': '第 {line} 行：选择 {name}',
  '{name} in line {line}': '{name} 在第 {line} 行',
  '{name} and {more} more in line {line}': '第 {line} 行中的 {name} 等，另有 {more} 项',
};
