/** What the page itself writes on cards, in Chinese; the server words its own (app/language_zh.py). @type {Readonly<Record<string, string>>} */
export const ZH_CARDS = {
  Node: '节点',
  Edge: '边',
  Error: '错误',
  Bookmark: '书签',
  Producer: '生产者',
  Consumer: '消费者',
  Bytes: '字节',
  Kind: '种类',
  'Select {name}': '选择 {name}',
  'Scopes around it': '所在的作用域',
  'Open the documentation (leaves this machine)': '打开文档（会离开本机）',
  'This file holds the details of the first {n} items only.': '此文件只包含前 {n} 项的详情。',
  'and {n} more': '另有 {n} 项',
};
