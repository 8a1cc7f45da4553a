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
};
